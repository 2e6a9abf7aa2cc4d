package dev.modelcar.testkit.server;

import java.io.IOException;

/** The peer sent something that is not an acceptable HTTP/1.1 request. */
final class BadRequestException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  BadRequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
