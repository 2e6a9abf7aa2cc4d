package dev.modelcar.http.apache;

import java.io.IOException;

/** Carries a failure of a request body's own through the HTTP library, which must not repeat it. */
final class BodyFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final IOException failure;

  BodyFailedException(IOException failure) {
    super(failure);
    this.failure = failure;
  }

  IOException failure() {
    return failure;
  }
}
