package dev.modelcar.packaging.build;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.ImageDocuments;
import dev.modelcar.oci.tar.TarEntry;
import dev.modelcar.packaging.layers.Compression;
import dev.modelcar.packaging.layers.KnownLayer;
import dev.modelcar.packaging.layers.Memory;
import dev.modelcar.packaging.layers.ModelLayer;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.packaging.layers.StoredBlob;
import dev.modelcar.packaging.plan.Base;
import dev.modelcar.packaging.plan.ImageAssembly;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Makes an image of a model folder without a second copy of the model: what is written beside the
 * files are the image's documents, the small layers of its base, and the recipes of the model's
 * layers. {@link BuiltImage} frames the layers from the files when somebody reads them.
 */
public final class ImageBuilder {
  static final String FILE = "modelcar-image.json";
  static final int VERSION = 1;

  private final Memory memory;
  private final int parallel;

  /**
   * @param parallel how many layers are hashed at a time
   */
  public ImageBuilder(Memory memory, int parallel) {
    this.memory = memory;
    this.parallel = parallel;
  }

  /**
   * What was built.
   *
   * @param image the digest that every registry will have
   * @param size of all layers
   */
  public record Built(Digest image, long size) {}

  /**
   * Builds the image of a plan. An image that was built there before is gone first, so that nobody
   * ships it by mistake.
   *
   * @param model the folder that the plan was made of
   * @param output gets the recipe
   */
  public Built build(LayerPlan plan, Path model, Path output) {
    if (plan.layers().stream().anyMatch(l -> l.recipe().compression() != Compression.NONE)) {
      throw new ModelcarException(
          CoreError.USAGE_INVALID, "layers that are framed from files cannot be compressed");
    }
    List<ModelLayer> layers =
        plan.layers().stream().map(layer -> new ModelLayer(layer, memory)).toList();
    try {
      forget(output);
      Threads.map(
          layers,
          parallel,
          "hashing",
          layer -> {
            layer.recall(memory::layer);
            if (layer.known().isEmpty()) {
              layer.read();
            }
            return layer;
          });
      List<KnownLayer> known = layers.stream().map(l -> l.layer().orElseThrow()).toList();
      ImageDocuments image = ImageAssembly.assemble(plan, known);
      write(plan, image, output);
      describe(plan, known, image, model, output);
      return new Built(image.top().digest(), plan.size());
    } catch (IOException e) {
      throw new ModelcarException(
          CoreError.DISK_FAILED,
          "the recipe cannot be written to %s: %s".formatted(output, IoReason.of(e)),
          e);
    }
  }

  /** Where an image is put as an archive, for those who want a second copy of the model. */
  public static Path archive(Path output) {
    return output.resolve("modelcar-image.tar");
  }

  /**
   * Removes what was built in a folder before, and makes the folder.
   *
   * @throws ModelcarException {@link OciError#TARGET_NOT_WRITABLE} if that is not possible
   */
  public static void forget(Path output) {
    try {
      Files.createDirectories(output);
      Files.deleteIfExists(archive(output));
      Files.deleteIfExists(output.resolve(FILE));
    } catch (IOException e) {
      throw new ModelcarException(
          OciError.TARGET_NOT_WRITABLE,
          "%s cannot be written: %s".formatted(output, IoReason.of(e)),
          e);
    }
  }

  private static void write(LayerPlan plan, ImageDocuments image, Path output) throws IOException {
    for (RawManifest manifest : image.manifests()) {
      put(output, manifest.digest(), BlobContent.of("manifest", manifest.bytes()));
    }
    put(output, image.top().digest(), BlobContent.of("manifest", image.top().bytes()));
    for (BlobContent config : image.configs()) {
      put(output, config.digest().orElseThrow(), config);
    }
    for (Base.BaseImage base : plan.base().images()) {
      for (StoredBlob layer : base.layers()) {
        put(output, layer.descriptor().digest(), layer.content());
      }
    }
  }

  private static void put(Path output, Digest digest, BlobContent content) throws IOException {
    Path file = BuiltImage.blob(output, digest);
    if (Files.exists(file)) {
      return;
    }
    Files.createDirectories(file.resolveSibling(""));
    Path fresh = file.resolveSibling(digest.hex() + ".new");
    try (BlobReader in = content.open(0);
        OutputStream out = Files.newOutputStream(fresh)) {
      while (in.transferTo(out, Long.MAX_VALUE) >= 0) {
        // Until all is written.
      }
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void describe(
      LayerPlan plan, List<KnownLayer> known, ImageDocuments image, Path model, Path output)
      throws IOException {
    ObjectNode json = Json.object();
    json.put("version", VERSION);
    json.put("mediaType", image.top().mediaType());
    json.put("digest", image.top().digest().toString());
    Path from = output.toRealPath();
    json.put("model", from.relativize(model.toRealPath()).toString());
    ArrayNode layers = json.putArray("layers");
    for (int i = 0; i < known.size(); i++) {
      ObjectNode node = layers.addObject();
      node.put("digest", known.get(i).descriptor().digest().toString());
      node.put("name", plan.layers().get(i).name());
      node.set("entries", entries(plan.layers().get(i)));
    }
    Path fresh = output.resolve(FILE + ".new");
    Files.writeString(fresh, Json.pretty(json) + "\n");
    Files.move(
        fresh,
        output.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static ArrayNode entries(PlannedLayer layer) {
    ArrayNode nodes = Json.array();
    Iterator<ModelFile> files = layer.files().iterator();
    for (TarEntry entry : layer.recipe().tarEntries()) {
      ObjectNode node = nodes.addObject().put("path", entry.path()).put("mode", entry.mode());
      if (entry.kind() == TarEntry.Kind.SYMBOLIC_LINK) {
        node.put("link", entry.linkTarget());
      }
      if (entry.kind() == TarEntry.Kind.FILE) {
        ModelFile file = files.next();
        node.put("file", file.path()).put("size", file.size());
        Optional<Long> modified = file.identity().map(identity -> identity.modifiedNanos());
        modified.ifPresent(time -> node.put("modified", time));
      }
    }
    return nodes;
  }
}
