package dev.modelcar.packaging.layers;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import java.util.Optional;

/**
 * A blob whose digest is known: a layer of a base, or any blob of an image that is copied.
 *
 * @param descriptor as it stands in manifests
 * @param content its bytes, streamed from where they are
 * @param repository where registries may mount it from, as {@code host/repository}
 */
public record StoredBlob(Descriptor descriptor, BlobContent content, Optional<String> repository)
    implements Blob {

  /** Where the blobs of a reader can be mounted from. */
  public static Optional<String> repositoryOf(ImageReader reader) {
    return reader.location() instanceof ImageReference.Registry registry
        ? Optional.of(registry.name())
        : Optional.empty();
  }

  @Override
  public long size() {
    return content.size().orElse(0);
  }

  @Override
  public Optional<Descriptor> known() {
    return Optional.of(descriptor);
  }

  @Override
  public Optional<Digest> identity() {
    return Optional.of(descriptor.digest());
  }

  @Override
  public boolean learn() {
    return false;
  }
}
