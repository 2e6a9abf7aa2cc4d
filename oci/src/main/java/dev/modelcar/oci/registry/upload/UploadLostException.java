package dev.modelcar.oci.registry.upload;

/** A registry has nothing left of an upload: everything begins anew. */
final class UploadLostException extends Exception {
  private static final long serialVersionUID = 1L;

  UploadLostException(String message) {
    super(message);
  }
}
