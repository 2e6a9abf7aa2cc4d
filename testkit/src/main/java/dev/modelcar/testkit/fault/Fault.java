package dev.modelcar.testkit.fault;

import dev.modelcar.testkit.server.Headers;
import java.time.Duration;

/** One thing that goes wrong with one exchange. */
public sealed interface Fault {

  /** An answer in place of the real one; the request's body is not read, nothing takes effect. */
  record Status(int code, Headers headers, String body) implements Fault {}

  /**
   * The request takes effect, but this answer hides it: a proxy that lost patience says 504 while
   * the server behind it completes its work.
   */
  record Hidden(int code, Headers headers, String body) implements Fault {}

  /** The connection is reset. */
  record Reset(When when, long afterBytes) implements Fault {}

  /** The connection is ended with a FIN. */
  record Drop(When when, long afterBytes) implements Fault {}

  /** The connection stays open, and nothing comes any more. */
  record Hang(When when, long afterBytes) implements Fault {}

  /** The request takes effect, but its answer comes late. */
  record Late(Duration after) implements Fault {}

  /** The answer's body comes slowly. */
  record Trickle(long bytesPerSecond) implements Fault {}

  /** The answer's body ends early with a FIN, though its head announced more. */
  record Truncate(long afterBytes) implements Fault {}

  /** The page of a proxy or a captive portal. */
  record Html(int status) implements Fault {}

  /** Something that is not HTTP. */
  record Garbage() implements Fault {}

  /** 200 and everything, though a range was asked for. */
  record RangeIgnored() implements Fault {}

  /** The right bytes under a {@code Content-Range} that tells of others. */
  record WrongContentRange() implements Fault {}

  /**
   * The right bytes without {@code Content-Range}.
   *
   * @param chunked whether their number is not said either
   */
  record NoContentRange(boolean chunked) implements Fault {}

  /**
   * One byte of the content is another, the length is right.
   *
   * @param at its offset within the whole content
   */
  record FlippedByte(long at) implements Fault {}

  /** The body comes compressed though nobody asked for it, in chunks, and a range is ignored. */
  record GzipBody() implements Fault {}

  /** A fault of the protocol that only one of the servers speaks. */
  non-sealed interface OfServer extends Fault {}

  /** A status without a body. */
  static Status status(int code) {
    return new Status(code, Headers.none(), "");
  }

  /** 429 that says when to come back. */
  static Status tooManyRequests(int retryAfterSeconds) {
    Headers headers = Headers.of("Retry-After", Integer.toString(retryAfterSeconds));
    return new Status(429, headers, "Too many requests");
  }
}
