package dev.modelcar.packaging.reuse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.Blobs;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The documents of the runs that shipped a part, one for each attempt. They lie in the config of
 * the part's manifest, beside what an image has there: whatever removes the manifest removes them
 * too, and no registry sees anything but an image.
 */
public final class RunDocuments {
  /** Bytes of one document; the rest of the config has its place beside it. */
  public static final int LARGEST = 256 << 10;

  private static final int MOST = 4;
  private static final String KEY = "dev.modelcar.runs";

  private RunDocuments() {}

  /** Describes a run as it goes on. */
  public interface Author {
    /**
     * The document of the run so far, a JSON object without anything that not everybody may read
     * who can read the image.
     *
     * @param complete whether all layers of the part have arrived
     */
    Optional<String> write(boolean complete);
  }

  /**
   * A part of a plan in a repository, and what the runs that shipped it say of themselves.
   *
   * @param runs JSON objects, the earliest first; none if the version that shipped the part left
   *     none
   */
  public record Described(Digest plan, Part part, boolean complete, List<String> runs) {}

  /** What the repository of a target has of all parts that lie there, of whatever plan. */
  public static List<Described> in(ShipmentTarget target) {
    return target
        .reader()
        .map(reader ->
            described(
                reader,
                reader.tags().stream()
                    .filter(tag -> tag.startsWith(PartManifest.TAG_PREFIX))
                    .toList()))
        .orElse(List.of());
  }

  /** What the repository of a target has of parts of a plan; nobody needs to list tags for it. */
  public static List<Described> in(ShipmentTarget target, Digest plan, List<Part> parts) {
    return target
        .reader()
        .map(reader ->
            described(reader, parts.stream().map(part -> PartManifest.tag(plan, part)).toList()))
        .orElse(List.of());
  }

  private static List<Described> described(ImageReader reader, List<String> tags) {
    List<Described> found = new ArrayList<>();
    for (String tag : tags) {
      Optional<RawManifest> raw = reader.manifest(tag);
      raw.flatMap(PartManifest::read)
          .map(part ->
              new Described(part.plan(), part.part(), part.complete(), read(reader, raw.get())))
          .ifPresent(found::add);
    }
    return found;
  }

  /** Whether one of these is of a run that saw all of its layers arrive. */
  static boolean haveComplete(List<String> runs) {
    return runs.stream()
        .anyMatch(run -> {
          try {
            return Json.parse(run).has("exitCode");
          } catch (Json.InvalidJsonException e) {
            return false;
          }
        });
  }

  /** The documents of earlier runs, the newest of them, and that of this one. */
  static List<String> joined(List<String> earlier, Optional<String> now) {
    List<String> all = new ArrayList<>(earlier);
    now.filter(text -> text.length() <= LARGEST).ifPresent(all::add);
    return List.copyOf(all.subList(Math.max(0, all.size() - MOST), all.size()));
  }

  static byte[] added(ImageConfig config, List<String> runs) {
    if (runs.isEmpty()) {
      return config.toBytes();
    }
    try {
      ObjectNode json = (ObjectNode) Json.parse(config.toBytes());
      var array = json.putArray(KEY);
      for (String run : runs) {
        array.add(Json.parse(run));
      }
      return Json.bytes(json);
    } catch (Json.InvalidJsonException e) {
      return config.toBytes(); // nobody needs it as much as the layers
    }
  }

  /** What the config of a part's manifest says; nothing if it cannot be read. */
  static List<String> read(ImageReader reader, RawManifest raw) {
    return Reuse.unlessBroken(() -> {
      List<String> runs = new ArrayList<>();
      try {
        byte[] config = Blobs.document(reader, Documents.manifest(raw).config());
        for (JsonNode run : Json.parse(config).path(KEY)) {
          if (run.isObject() && runs.size() < MOST) {
            runs.add(new String(Json.bytes(run), StandardCharsets.UTF_8));
          }
        }
      } catch (Json.InvalidJsonException e) {
        return List.of();
      }
      return runs;
    });
  }
}
