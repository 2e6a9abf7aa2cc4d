package dev.modelcar.packaging.layers;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.Descriptor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the descriptor of a layer says beside digest and size: OCI's title, the keys of olot, by
 * which Red Hat's catalogue finds files and the model card, and the digest of the recipe, by which
 * a later shipment finds the layer.
 */
public final class LayerAnnotations {
  static final String RECIPE = "dev.modelcar.recipe";
  static final String DIFF_ID = "dev.modelcar.diff-id";

  private static final String TITLE = "org.opencontainers.image.title";
  private static final String CONTENT = "olot.layer.content.";
  private static final String LAYER_TYPE = "io.opendatahub.modelcar.layer.type";

  private LayerAnnotations() {}

  /**
   * The annotations of a layer that was read.
   *
   * @param recipe with the digests of all contents
   * @param contents the SHA-256 of each file
   */
  public static Map<String, String> of(
      PlannedLayer layer, Optional<Digest> recipe, List<Optional<Digest>> contents, Digest diffId) {
    Map<String, String> annotations = new TreeMap<>();
    recipe.ifPresent(digest -> annotations.put(RECIPE, digest.toString()));
    if (layer.recipe().compression() != Compression.NONE) {
      annotations.put(DIFF_ID, diffId.toString());
    }
    if (layer.kind() == PlannedLayer.Kind.MODEL_CARD) {
      annotations.put(LAYER_TYPE, "modelcard");
    }
    if (layer.files().size() == 1) {
      String path = layer.files().getFirst().path();
      String name = layer.files().getFirst().name();
      annotations.put(TITLE, path);
      annotations.put(CONTENT + "type", "file");
      annotations.put(CONTENT + "name", name);
      annotations.put(CONTENT + "inlayerpath", "/models/" + path);
      contents
          .getFirst()
          .ifPresent(digest -> annotations.put(CONTENT + "digest", digest.toString()));
    }
    return annotations;
  }

  public static Optional<String> title(Descriptor descriptor) {
    return Optional.ofNullable(descriptor.annotations().get(TITLE));
  }

  /** The SHA-256 of the one file in a layer, as its descriptor says it. */
  public static Optional<Digest> contentDigest(Descriptor descriptor) {
    return Optional.ofNullable(descriptor.annotations().get(CONTENT + "digest"))
        .flatMap(Digest::parse);
  }

  /** The layer that a descriptor of an earlier image describes, with the digest of its recipe. */
  public static Optional<Map.Entry<Digest, KnownLayer>> read(Descriptor descriptor) {
    Optional<Digest> recipe =
        Optional.ofNullable(descriptor.annotations().get(RECIPE)).flatMap(Digest::parse);
    Optional<Digest> diffId =
        Optional.ofNullable(descriptor.annotations().get(DIFF_ID))
            .map(Digest::parse)
            .orElse(Optional.of(descriptor.digest()));
    return recipe.isEmpty() || diffId.isEmpty()
        ? Optional.empty()
        : Optional.of(Map.entry(recipe.get(), new KnownLayer(descriptor, diffId.get())));
  }
}
