package dev.modelcar.oci;

import java.io.IOException;

/**
 * The bytes that a source gave are not those it promised. Whatever was written of the blob is worth
 * nothing; reading it again from the first byte may give the right ones.
 */
public final class WrongContentException extends IOException {
  private static final long serialVersionUID = 1L;

  public WrongContentException(String message) {
    super(message);
  }
}
