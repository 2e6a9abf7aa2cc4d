package dev.modelcar.http;

import java.time.Duration;

/**
 * How long an exchange may stay silent. Neither limits the length of a transfer: they run from the
 * last byte that moved.
 *
 * @param response from the last byte of the request to the head of the response
 * @param stall between two bytes of a body, in either direction
 */
public record Timeouts(Duration response, Duration stall) {

  /** For requests that a server handles immediately. */
  public static final Timeouts STANDARD =
      new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(30));

  /** The same limit for both. */
  public static Timeouts of(Duration silence) {
    return new Timeouts(silence, silence);
  }
}
