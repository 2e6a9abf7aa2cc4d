package dev.modelcar.oci;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A list of manifests, one for each platform, or of artifacts that refer to an image.
 *
 * @param manifests in the order of the document
 * @param annotations of the index
 * @param subject the manifest that this index refers to
 */
public record ImageIndex(
    List<Descriptor> manifests,
    SortedMap<String, String> annotations,
    Optional<Descriptor> subject) {

  public ImageIndex {
    manifests = List.copyOf(manifests);
  }

  /** The document, in the one form that this program writes. */
  public RawManifest toRaw() {
    return Documents.write(this);
  }

  /** The entry for a platform; the first that satisfies it. */
  public Optional<Descriptor> forPlatform(Platform wanted) {
    return manifests.stream()
        .filter(entry -> entry.platform().map(p -> p.satisfies(wanted)).orElse(false))
        .findFirst();
  }
}
