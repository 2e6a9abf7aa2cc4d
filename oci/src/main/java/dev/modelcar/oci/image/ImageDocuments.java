package dev.modelcar.oci.image;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.RawManifest;
import java.util.List;
import java.util.Optional;

/**
 * The documents of an image, in the order in which they are written.
 *
 * @param configs that are blobs like layers, but small
 * @param manifests that the top names, or that refer to it
 * @param tagged that belong to it under names of their own
 * @param top what the image's tag points to
 * @param tag of the image, if it is the same wherever it is written
 */
public record ImageDocuments(
    List<BlobContent> configs,
    List<RawManifest> manifests,
    List<Tagged> tagged,
    RawManifest top,
    Optional<String> tag) {

  /** A manifest under a name of its own. */
  public record Tagged(String tag, RawManifest manifest) {}

  public ImageDocuments {
    configs = List.copyOf(configs);
    manifests = List.copyOf(manifests);
    tagged = List.copyOf(tagged);
  }

  /** An image that brings nothing but itself. */
  public static ImageDocuments of(
      List<BlobContent> configs, List<RawManifest> manifests, RawManifest top) {
    return new ImageDocuments(configs, manifests, List.of(), top, Optional.empty());
  }

  /** The same under a tag of its own, wherever it is written. */
  public ImageDocuments taggedAs(String newTag) {
    return new ImageDocuments(configs, manifests, tagged, top, Optional.of(newTag));
  }

  /** Whether a document has this digest; layers are no documents. */
  public boolean has(Digest digest) {
    return top.digest().equals(digest)
        || configs.stream().anyMatch(config -> config.digest().equals(Optional.of(digest)))
        || manifests.stream().anyMatch(manifest -> manifest.digest().equals(digest))
        || tagged.stream().anyMatch(other -> other.manifest().digest().equals(digest));
  }
}
