package dev.modelcar.oci.registry.upload;

/** A registry received other content than was sent; the upload starts over. */
final class WrongUploadException extends Exception {
  private static final long serialVersionUID = 1L;

  WrongUploadException(String message) {
    super(message);
  }
}
