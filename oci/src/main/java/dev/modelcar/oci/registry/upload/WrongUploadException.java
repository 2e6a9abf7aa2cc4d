package dev.modelcar.oci.registry.upload;

/** A registry received other bytes than were sent: they are sent again, from the first. */
final class WrongUploadException extends Exception {
  private static final long serialVersionUID = 1L;

  WrongUploadException(String message) {
    super(message);
  }
}
