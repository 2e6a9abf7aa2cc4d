package dev.modelcar.core;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of this program. Its message says what happened, to what, and why, in words
 * that may be shown to anyone: no secret, no signed link, no upload session.
 */
public final class ModelcarException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String hint;

  public ModelcarException(ErrorCode code, String message) {
    this(code, message, code.hint(), null);
  }

  public ModelcarException(ErrorCode code, String message, @Nullable Throwable cause) {
    this(code, message, code.hint(), cause);
  }

  /** A failure with advice that fits better than the code's own. */
  public ModelcarException(ErrorCode code, String message, String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.hint = hint;
  }

  public ErrorCode code() {
    return code;
  }

  /** What to do about it, in a sentence or two. */
  public String hint() {
    return hint;
  }
}
