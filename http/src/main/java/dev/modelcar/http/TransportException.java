package dev.modelcar.http;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An exchange that ended without a whole answer. The message names the host, never a query. */
public final class TransportException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why there is no response, and the error that it becomes when nobody can go on. */
  public enum Kind {
    /** No name server knows the host, and it was never reached before. */
    UNKNOWN_HOST(ErrorCode.NETWORK_UNKNOWN_HOST),
    UNREACHABLE(ErrorCode.NETWORK_UNREACHABLE),
    STALLED(ErrorCode.NETWORK_STALLED),
    BROKEN(ErrorCode.NETWORK_BROKEN),
    /** The body ended before its length. */
    TRUNCATED(ErrorCode.NETWORK_BROKEN),
    PROXY(ErrorCode.NETWORK_PROXY),
    UNTRUSTED(ErrorCode.TLS_UNTRUSTED),
    PLAIN_HTTP(ErrorCode.TLS_PLAIN_HTTP),
    /** What came is not HTTP. */
    NOT_HTTP(ErrorCode.NETWORK_BROKEN),
    /** This program ended the exchange. */
    CANCELLED(ErrorCode.STOPPED);

    private final ErrorCode code;

    Kind(ErrorCode code) {
      this.code = code;
    }

    public ErrorCode code() {
      return code;
    }
  }

  private final Kind kind;

  public TransportException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /**
   * The error that it is when nobody can go on.
   *
   * @param what was being done, such as {@code reading the list of files}
   */
  public ModelcarException toException(String what) {
    return new ModelcarException(kind.code(), what + ": " + getMessage(), this);
  }

  /** Whether the same request may succeed a little later. */
  public boolean isTransient() {
    return switch (kind) {
      case UNREACHABLE, STALLED, BROKEN, TRUNCATED, NOT_HTTP -> true;
      case UNKNOWN_HOST, PROXY, UNTRUSTED, PLAIN_HTTP, CANCELLED -> false;
    };
  }
}
