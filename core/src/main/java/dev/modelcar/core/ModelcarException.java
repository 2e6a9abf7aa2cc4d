package dev.modelcar.core;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of this program. Its message says what happened, to what, and why, in words
 * that may be shown to anyone: no secret, no signed link, no upload session.
 */
public final class ModelcarException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String hint;
  private final transient Optional<FailedRequest> request;

  public ModelcarException(ErrorCode code, String message) {
    this(code, message, code.hint(), null);
  }

  public ModelcarException(ErrorCode code, String message, @Nullable Throwable cause) {
    this(code, message, code.hint(), cause);
  }

  /** A failure with a more specific hint than that of its code. */
  public ModelcarException(ErrorCode code, String message, String hint, @Nullable Throwable cause) {
    this(code, message, hint, cause, Optional.empty());
  }

  private ModelcarException(
      ErrorCode code,
      String message,
      String hint,
      @Nullable Throwable cause,
      Optional<FailedRequest> request) {
    super(message, cause);
    this.code = code;
    this.hint = hint;
    this.request = request;
  }

  /** The same failure, with the request that failed. */
  public ModelcarException about(FailedRequest failed) {
    ModelcarException copy =
        new ModelcarException(
            code, String.valueOf(getMessage()), hint, getCause(), Optional.of(failed));
    copy.setStackTrace(getStackTrace());
    return copy;
  }

  /** The same failure with another hint, caused by this one. */
  public ModelcarException advising(String newHint) {
    return new ModelcarException(code, String.valueOf(getMessage()), newHint, this, request);
  }

  public ErrorCode code() {
    return code;
  }

  /** The request that failed, if there was one. */
  public Optional<FailedRequest> request() {
    return request;
  }

  /** What to do about it, in a sentence or two. */
  public String hint() {
    return hint;
  }
}
