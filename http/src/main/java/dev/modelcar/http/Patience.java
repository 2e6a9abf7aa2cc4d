package dev.modelcar.http;

import java.time.Duration;

/**
 * How long an exchange may stay silent. Neither limits the length of a transfer: they run from the
 * last byte that moved.
 *
 * @param answer from the last byte of the request to the head of the answer
 * @param stall between two bytes of a body, in either direction
 */
public record Patience(Duration answer, Duration stall) {

  /** Fits requests that a server answers at once. */
  public static final Patience STANDARD =
      new Patience(Duration.ofSeconds(30), Duration.ofSeconds(30));

  /** The same with another wait for the head of the answer. */
  public Patience withAnswer(Duration longer) {
    return new Patience(longer, stall);
  }

  /** The same limit for both. */
  public static Patience of(Duration silence) {
    return new Patience(silence, silence);
  }
}
