package dev.modelcar.http;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.FailedRequest;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An exchange without a complete response. The message names the host, never a query. */
public final class TransportException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why there is no response, and the error to report. */
  @SuppressWarnings("ImmutableEnumChecker") // codes are constants
  public enum Kind {
    /** No name server knows the host, and it was never reached before. */
    UNKNOWN_HOST(HttpError.NETWORK_UNKNOWN_HOST),
    UNREACHABLE(HttpError.NETWORK_UNREACHABLE),
    STALLED(HttpError.NETWORK_STALLED),
    BROKEN(HttpError.NETWORK_BROKEN),
    /** The body ended before its length. */
    TRUNCATED(HttpError.NETWORK_BROKEN),
    PROXY(HttpError.NETWORK_PROXY),
    UNTRUSTED(HttpError.TLS_UNTRUSTED),
    PLAIN_HTTP(HttpError.TLS_PLAIN_HTTP),
    /** What came is not HTTP. */
    NOT_HTTP(HttpError.NETWORK_BROKEN),
    /** This program ended the exchange. */
    CANCELLED(CoreError.STOPPED);

    private final ErrorCode code;

    Kind(ErrorCode code) {
      this.code = code;
    }

    public ErrorCode code() {
      return code;
    }
  }

  private final Kind kind;
  private final @Nullable String host;
  private final String hint;

  public TransportException(Kind kind, String message, @Nullable Throwable cause) {
    this(kind, message, null, kind.code().hint(), cause);
  }

  /**
   * @param host whom the request was for, with its port
   * @param what happened
   */
  public TransportException(Kind kind, String host, String what, @Nullable Throwable cause) {
    this(kind, host + ": " + what, host, kind.code().hint(), cause);
  }

  private TransportException(
      Kind kind, String message, @Nullable String host, String hint, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.host = host;
    this.hint = hint;
  }

  /** Whether its hint is about this failure, and not about all of its kind. */
  boolean isAdvised() {
    return !hint.equals(kind.code().hint());
  }

  /** The same failure with a hint that fits how the request came about. */
  public TransportException advising(String newHint) {
    return new TransportException(kind, String.valueOf(getMessage()), host, newHint, this);
  }

  public Kind kind() {
    return kind;
  }

  /**
   * The error to report when it is not retried any more.
   *
   * @param what was being done, such as {@code reading the list of files}
   */
  public ModelcarException toException(String what) {
    String message = String.valueOf(getMessage());
    // Who is named once need not be named again.
    String said =
        host != null && what.endsWith(" " + host) && message.startsWith(host + ": ")
            ? message.substring(host.length() + 2)
            : message;
    ModelcarException error = new ModelcarException(kind.code(), what + ": " + said, hint, this);
    return host == null ? error : error.about(FailedRequest.to(host));
  }

  /** Whether the same request may succeed a little later. */
  public boolean isTransient() {
    return switch (kind) {
      case UNREACHABLE, STALLED, BROKEN, TRUNCATED, NOT_HTTP -> true;
      case UNKNOWN_HOST, PROXY, UNTRUSTED, PLAIN_HTTP, CANCELLED -> false;
    };
  }
}
