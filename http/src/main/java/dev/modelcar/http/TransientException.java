package dev.modelcar.http;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.FailedRequest;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A response that may succeed a little later, with the error to report if it does not. */
public final class TransientException extends IOException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient Optional<Duration> retryAfter;
  private final transient Optional<FailedRequest> request;

  public TransientException(ErrorCode code, String message) {
    this(code, message, Optional.empty());
  }

  /**
   * @param retryAfter how long the server asks to wait
   */
  public TransientException(ErrorCode code, String message, Optional<Duration> retryAfter) {
    this(code, message, retryAfter, Optional.empty());
  }

  private TransientException(
      ErrorCode code,
      String message,
      Optional<Duration> retryAfter,
      Optional<FailedRequest> request) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
    this.request = request;
  }

  /** The same, with the request that it was a response to. */
  public TransientException about(FailedRequest failed) {
    return new TransientException(
        code, String.valueOf(getMessage()), retryAfter, Optional.of(failed));
  }

  /** How long the server asks to wait. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** The error to report when it is not retried any more. */
  public ModelcarException toException() {
    ModelcarException error = new ModelcarException(code, String.valueOf(getMessage()), this);
    return request.map(error::about).orElse(error);
  }
}
