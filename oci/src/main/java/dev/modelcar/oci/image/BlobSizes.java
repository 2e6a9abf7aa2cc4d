package dev.modelcar.oci.image;

import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import java.util.Optional;
import java.util.OptionalLong;

/** Looks for blobs without reading them. */
public final class BlobSizes {
  private BlobSizes() {}

  /** What is wrong with a blob of an image. */
  public static Optional<String> problem(ImageReader reader, Descriptor blob) {
    return problem(reader, blob, blob.isForeign());
  }

  /**
   * What is wrong with a blob of an image.
   *
   * @param elsewhere whether it is right if it is not there
   */
  public static Optional<String> problem(ImageReader reader, Descriptor blob, boolean elsewhere) {
    OptionalLong size = reader.blobSize(blob.digest());
    if (size.isEmpty()) {
      return elsewhere
          ? Optional.empty()
          : Optional.of("the blob %s is missing".formatted(blob.digest()));
    }
    return size.getAsLong() == blob.size()
        ? Optional.empty()
        : Optional.of(
            "the blob %s has %d bytes instead of %d"
                .formatted(blob.digest(), size.getAsLong(), blob.size()));
  }

  /** Whether a blob is missing, and may be. */
  public static boolean mayBeElsewhere(ImageReader reader, Descriptor blob) {
    return blob.isForeign() && reader.blobSize(blob.digest()).isEmpty();
  }
}
