package dev.modelcar.oci.image;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.http.HttpError;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Reads small blobs as a whole. */
public final class Blobs {
  private Blobs() {}

  /**
   * The bytes of a document, which have its digest.
   *
   * @throws ModelcarException if it is larger than documents are, or not what its digest says
   */
  public static byte[] document(ImageReader reader, Descriptor blob) {
    if (blob.size() > RawManifest.MAX_BYTES) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID,
          "%s in %s exceeds the size limit of a document"
              .formatted(blob.digest(), reader.location()));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BlobReader in = reader.openBlob(blob, 0)) {
      while (in.transferTo(out, Long.MAX_VALUE) >= 0) {
        // Until all is read.
      }
    } catch (IOException e) {
      throw new ModelcarException(
          HttpError.NETWORK_BROKEN,
          "reading %s from %s failed: %s"
              .formatted(blob.digest(), reader.location(), e.getMessage()),
          e);
    }
    if (!Sha256.of(out.toByteArray()).equals(blob.digest())) {
      throw new ModelcarException(
          OciError.REGISTRY_CONTENT_MISMATCH,
          "the content of %s in %s does not match its digest"
              .formatted(blob.digest(), reader.location()));
    }
    return out.toByteArray();
  }
}
