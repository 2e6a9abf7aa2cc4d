package dev.modelcar.testkit.modelregistry;

/** The server says no. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  RefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }

  /** The word in the error document, which is not always that of the status. */
  String code() {
    return switch (status) {
      case 404 -> "Not Found";
      case 409 -> "Conflict";
      case 500 -> "Internal Server Error";
      default -> "Bad Request";
    };
  }
}
