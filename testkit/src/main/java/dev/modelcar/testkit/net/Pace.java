package dev.modelcar.testkit.net;

import java.util.concurrent.locks.LockSupport;

/**
 * A speed limit for one stream of bytes. Not for use by several threads at once.
 *
 * <p>Of idle time a tenth of a second is made up for, so that small delays between writes do not
 * slow the stream down; after a longer pause it goes on at its rate, not faster.
 */
public final class Pace {
  /** A slice is sent at once, so it is a twentieth of a second's worth: smooth, yet cheap. */
  private static final long SLICES_PER_SECOND = 20;

  private static final int LARGEST_SLICE = 256 << 10;
  private static final long MOST_CREDIT_NANOS = 100_000_000;
  private static final double NANOS_PER_SECOND = 1e9;

  private final long bytesPerSecond;
  private final Ticker ticker;
  private long readyAt;

  /** Time as it passes, and waiting for it to pass. */
  interface Ticker {
    long nanoTime();

    /** Waits for about so long, or less. */
    void await(long nanos);
  }

  private static final class SystemTicker implements Ticker {
    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public void await(long nanos) {
      LockSupport.parkNanos(nanos);
    }
  }

  Pace(long bytesPerSecond, Ticker ticker) {
    this.bytesPerSecond = bytesPerSecond;
    this.ticker = ticker;
    this.readyAt = ticker.nanoTime();
  }

  /** No limit: never waits. */
  public static Pace unlimited() {
    return new Pace(Long.MAX_VALUE, new SystemTicker());
  }

  /**
   * At most this many bytes a second.
   *
   * @throws IllegalArgumentException if the rate is not positive
   */
  public static Pace bytesPerSecond(long bytesPerSecond) {
    if (bytesPerSecond <= 0) {
      throw new IllegalArgumentException("a pace of " + bytesPerSecond + " bytes a second");
    }
    return new Pace(bytesPerSecond, new SystemTicker());
  }

  /**
   * How many of {@code wanted} bytes to move before calling {@link #moved}: 1 to {@code wanted}.
   */
  public int slice(int wanted) {
    if (bytesPerSecond == Long.MAX_VALUE) {
      return wanted;
    }
    long slice = Math.clamp(bytesPerSecond / SLICES_PER_SECOND, 1, LARGEST_SLICE);
    return (int) Math.min(wanted, slice);
  }

  /** Waits until bytes that were just moved are paid for, or the thread is interrupted. */
  public void moved(long bytes) {
    if (bytesPerSecond == Long.MAX_VALUE) {
      return;
    }
    long now = ticker.nanoTime();
    if (readyAt - now < -MOST_CREDIT_NANOS) {
      readyAt = now - MOST_CREDIT_NANOS;
    }
    readyAt += (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
    for (long left = readyAt - now;
        left > 0 && !Thread.currentThread().isInterrupted();
        left = readyAt - ticker.nanoTime()) {
      ticker.await(left);
    }
  }
}
