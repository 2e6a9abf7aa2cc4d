package dev.modelcar.http.ranges;

import java.util.function.LongSupplier;

/**
 * Decides how many ranges of a file are fetched ahead, and how long those are that the reader
 * fetches itself, by who has waited for whom. A reader that waits for bytes gets more ranges; one
 * that is slower than the network needs none, and goes on with ever longer ones of its own. For one
 * thread.
 */
final class ReadTuning {
  /** More of the time than this spent waiting for bytes: more ranges. */
  private static final double STARVING = 0.25;

  /** Less than this: fewer. */
  private static final double SATED = 0.05;

  /**
   * Bytes a second at which nobody is said to wait: copying alone takes time, and so does waiting
   * for a processor, which more threads would only make worse.
   */
  private static final long FAST_ENOUGH = 300_000_000;

  /**
   * The longest range that is fetched alone. What was asked for is read to its end, for to give it
   * up costs the bytes on their way and the connection; so it must not be too long to wait for.
   */
  private static final long LONGEST = 8 * ReadAhead.SEGMENT;

  private final LongSupplier nanoTime;
  private int ranges = 1;
  private long stride = ReadAhead.SEGMENT;
  private long reviewAt;
  private long reviewedAt;
  private long reviewBegan;
  private long waited;

  /**
   * @param from where the reader begins
   */
  ReadTuning(long from, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    begin(from, nanoTime.getAsLong());
  }

  private void begin(long position, long now) {
    reviewBegan = now;
    reviewedAt = position;
    waited = 0;
    reviewAt = position + 2 * ReadAhead.SEGMENT;
  }

  /** How many ranges should be fetched ahead. */
  int ranges() {
    return ranges;
  }

  /** The server knows no ranges. */
  void wholeFile() {
    ranges = 0;
  }

  /** How long the next range should be that the reader fetches itself. */
  long nextStride() {
    stride = ranges > 0 ? ReadAhead.SEGMENT : Math.min(LONGEST, stride * 2);
    return stride;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** The reader has waited for bytes. */
  void waitedSince(long before) {
    waited += nanoTime.getAsLong() - before;
  }

  /**
   * The reader has come so far: who waited for whom since the last review?
   *
   * @param most how many ranges there may be at all
   * @return whether the reader was waiting for bytes
   */
  boolean review(long position, int most) {
    if (position < reviewAt) {
      return false;
    }
    long now = nanoTime.getAsLong();
    double copying = (position - reviewedAt) * 1e9 / FAST_ENOUGH;
    double hunger = (waited - copying) / Math.max(1, now - reviewBegan);
    if (hunger > STARVING) {
      ranges = Math.min(most, Math.max(2, ranges * 2));
    } else if (hunger < SATED) {
      ranges /= 2;
    }
    begin(position, now);
    return hunger > STARVING;
  }
}
