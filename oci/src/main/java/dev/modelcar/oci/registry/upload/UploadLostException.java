package dev.modelcar.oci.registry.upload;

/** A registry lost an upload, which starts over. */
final class UploadLostException extends Exception {
  private static final long serialVersionUID = 1L;

  UploadLostException(String message) {
    super(message);
  }
}
