package dev.modelcar.http;

import dev.modelcar.core.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A failure that may pass, with the error that it is if it does not. */
public final class TransientException extends IOException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient Optional<Duration> after;

  public TransientException(ErrorCode code, String message, Optional<Duration> after) {
    super(message);
    this.code = code;
    this.after = after;
  }

  public ErrorCode code() {
    return code;
  }

  /** How long the server asks to wait. */
  public Optional<Duration> after() {
    return after;
  }
}
