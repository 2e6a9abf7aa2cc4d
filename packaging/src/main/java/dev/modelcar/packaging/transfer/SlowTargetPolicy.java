package dev.modelcar.packaging.transfer;

import java.time.Duration;

/**
 * Decides when a target has kept the others waiting for too long: when that was more than the grace
 * in all, and more than half of the time for which it has taken part. Times are nanoseconds of one
 * clock, which the caller reads.
 */
final class SlowTargetPolicy {
  private final long grace;
  private final long[] since;
  private final long[] blame;

  SlowTargetPolicy(int targets, Duration grace) {
    this.grace = grace.toNanos();
    this.since = new long[targets];
    this.blame = new long[targets];
  }

  /** A target takes part from now on; only the first call counts. */
  void start(int target, long now) {
    if (!hasStarted(target)) {
      // Zero says that it has not.
      since[target] = now == 0 ? 1 : now;
    }
  }

  boolean hasStarted(int target) {
    return since[target] != 0;
  }

  /**
   * The others had nothing to do because of a target.
   *
   * @param waited for how long
   * @return whether that was too long, all in all
   */
  boolean charge(int target, long waited, long now) {
    blame[target] += waited;
    long running = now - since[target];
    return blame[target] > grace && blame[target] > running / 2;
  }
}
