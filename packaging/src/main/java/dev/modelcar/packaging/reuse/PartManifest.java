package dev.modelcar.packaging.reuse;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.Platform;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.ImageDocuments;
import dev.modelcar.packaging.layers.KnownLayer;
import dev.modelcar.packaging.layers.LayerAnnotations;
import dev.modelcar.packaging.plan.Part;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a worker leaves in a registry: a manifest over the layers that it has shipped so far. It
 * tells other workers of them, and keeps the registry from cleaning them up. It has the form of an
 * image, which every registry takes.
 *
 * @param plan the id of the plan
 * @param part of the plan; a worker that ships all of it leaves part 1 of 1
 * @param complete whether all layers of the part are there
 * @param layers with their annotations
 * @param runs documents of the runs that shipped them, JSON; empty in one that was read, for they
 *     lie in the config ({@link RunDocuments})
 */
public record PartManifest(
    Digest plan, Part part, boolean complete, List<KnownLayer> layers, List<String> runs) {
  public static final String TAG_PREFIX = "modelcar-part-";

  private static final String PLAN = "dev.modelcar.plan";
  private static final String PART = "dev.modelcar.part";
  private static final String COMPLETE = "dev.modelcar.part.complete";
  private static final int TAG_DIGITS = 24;

  /** The tag under which a part lies. */
  public static String tag(Digest plan, Part part) {
    return tagPrefix(plan) + part.index() + "-of-" + part.count();
  }

  /** How the tags of all parts of a plan begin. */
  public static String tagPrefix(Digest plan) {
    return TAG_PREFIX + plan.hex().substring(0, TAG_DIGITS) + "-";
  }

  /** The documents that are written, under the tag of the part. */
  public ImageDocuments documents() {
    BlobContent config = config();
    return ImageDocuments.of(List.of(config), List.of(), manifest(config))
        .taggedAs(tag(plan, part));
  }

  private BlobContent config() {
    ImageConfig config = ImageConfig.empty(Platform.of("linux", "amd64"));
    for (KnownLayer layer : layers) {
      config = config.withLayer(layer.diffId(), Instant.EPOCH, "modelcar: part " + part);
    }
    return BlobContent.of("the config of part " + part, RunDocuments.added(config, runs));
  }

  private RawManifest manifest(BlobContent config) {
    Descriptor descriptor =
        Descriptor.of(
            MediaTypes.OCI_CONFIG, config.digest().orElseThrow(), config.size().orElseThrow());
    Map<String, String> annotations = new TreeMap<>();
    annotations.put(PLAN, plan.toString());
    annotations.put(PART, part.toString());
    annotations.put(COMPLETE, Boolean.toString(complete));
    return ImageManifest.of(
            descriptor,
            layers.stream().map(KnownLayer::descriptor).toList(),
            new TreeMap<>(annotations))
        .toRaw();
  }

  /** What a manifest says as a part; nothing if it is none. */
  public static Optional<PartManifest> read(RawManifest raw) {
    if (raw.isIndex()) {
      return Optional.empty();
    }
    ImageManifest manifest = Documents.manifest(raw);
    Optional<Digest> plan =
        Optional.ofNullable(manifest.annotations().get(PLAN)).flatMap(Digest::parse);
    Optional<Part> part =
        Optional.ofNullable(manifest.annotations().get(PART)).flatMap(Part::parse);
    if (plan.isEmpty() || part.isEmpty()) {
      return Optional.empty();
    }
    List<KnownLayer> layers =
        manifest.layers().stream()
            .flatMap(layer -> LayerAnnotations.read(layer).stream())
            .map(Map.Entry::getValue)
            .toList();
    boolean complete = "true".equals(manifest.annotations().get(COMPLETE));
    return Optional.of(new PartManifest(plan.get(), part.get(), complete, layers, List.of()));
  }
}
