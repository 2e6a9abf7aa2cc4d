package dev.modelcar.oci.image;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.RawManifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The metadata of an image.
 *
 * @param raw the manifest or index
 * @param annotations of the manifest or index
 * @param images one for each platform
 * @param layers of all images; those that images share once, and those that one repeats repeatedly
 */
public record ImageSummary(
    RawManifest raw,
    SortedMap<String, String> annotations,
    List<PlatformImage> images,
    List<Descriptor> layers) {

  /** An image for one platform; texts are empty where it has none. */
  public record PlatformImage(
      Digest manifest,
      String platform,
      String created,
      String user,
      SortedMap<String, String> labels) {}

  /** Reads the documents of an image. */
  public static ImageSummary read(ImageReader reader, ImageReference reference) {
    RawManifest top = ImageTree.find(reader, reference);
    ImageTree tree = ImageTree.read(reader, top);
    List<RawManifest> manifests = new ArrayList<>(tree.children());
    manifests.add(top);
    List<PlatformImage> images = new ArrayList<>();
    List<Descriptor> layers = new ArrayList<>();
    for (RawManifest raw : manifests) {
      if (!raw.isIndex()) {
        ImageManifest manifest = Documents.manifest(raw);
        List<Descriptor> shared = new ArrayList<>(layers);
        manifest.layers().stream().filter(layer -> !shared.remove(layer)).forEach(layers::add);
        images.add(image(reader, raw, manifest));
      }
    }
    SortedMap<String, String> annotations =
        top.isIndex() ? Documents.index(top).annotations() : Documents.manifest(top).annotations();
    return new ImageSummary(top, annotations, List.copyOf(images), List.copyOf(layers));
  }

  private static PlatformImage image(ImageReader reader, RawManifest raw, ImageManifest manifest) {
    if (!MediaTypes.isImageConfig(manifest.config().mediaType())) {
      return new PlatformImage(
          raw.digest(), "artifact " + manifest.config().mediaType(), "", "", new TreeMap<>());
    }
    ImageConfig config = ImageConfig.parse(Blobs.document(reader, manifest.config()));
    return new PlatformImage(
        raw.digest(),
        config.platform().map(Object::toString).orElse(""),
        config.created().orElse(""),
        config.user(),
        config.labels());
  }

  public int layerCount() {
    return layers.size();
  }

  /** The size of all layers in bytes, each counted once. */
  public long size() {
    Map<Digest, Long> sizes = new HashMap<>();
    layers.forEach(layer -> sizes.put(layer.digest(), layer.size()));
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** What a layer calls itself. */
  public static String title(Descriptor layer) {
    return layer.annotations().getOrDefault("org.opencontainers.image.title", "");
  }
}
