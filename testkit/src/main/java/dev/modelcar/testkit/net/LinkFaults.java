package dev.modelcar.testkit.net;

import java.util.function.BooleanSupplier;

/** What is wrong with a link at the moment. */
final class LinkFaults {
  private Direction cutDirection = Direction.TO_SERVER;
  private long cutAfter = Long.MAX_VALUE;
  private boolean cutWithReset;
  private int cutsLeft;
  private Direction stallDirection = Direction.TO_SERVER;
  private long stallAfter = Long.MAX_VALUE;
  private long bytesPerSecond = Long.MAX_VALUE;

  synchronized void cutAfter(Direction direction, long bytes, boolean reset, int times) {
    cutDirection = direction;
    cutAfter = bytes;
    cutWithReset = reset;
    cutsLeft = times;
  }

  synchronized void stallAfter(Direction direction, long bytes) {
    stallDirection = direction;
    stallAfter = bytes;
  }

  synchronized void throttle(long newBytesPerSecond) {
    bytesPerSecond = newBytesPerSecond;
  }

  synchronized void heal() {
    cutAfter = Long.MAX_VALUE;
    stallAfter = Long.MAX_VALUE;
    bytesPerSecond = Long.MAX_VALUE;
    notifyAll();
  }

  /** How many bytes may still go on a connection before something happens. */
  synchronized long untilFault(Direction direction, long gone) {
    long cut = direction == cutDirection && cutsLeft > 0 ? cutAfter : Long.MAX_VALUE;
    long stall = direction == stallDirection ? stallAfter : Long.MAX_VALUE;
    return Math.max(0, Math.min(cut, stall) - gone);
  }

  /** Takes one of the cuts, if this connection is due for one. */
  synchronized boolean takeCut(Direction direction, long gone) {
    if (direction != cutDirection || cutsLeft == 0 || gone < cutAfter) {
      return false;
    }
    cutsLeft--;
    return true;
  }

  synchronized boolean cutWithReset() {
    return cutWithReset;
  }

  synchronized Pace pace() {
    return bytesPerSecond == Long.MAX_VALUE
        ? Pace.unlimited()
        : Pace.bytesPerSecond(bytesPerSecond);
  }

  synchronized long bytesPerSecond() {
    return bytesPerSecond;
  }

  /** Waits while a stall is in force for a connection that has not ended. */
  synchronized void awaitHealing(Direction direction, long gone, BooleanSupplier ended)
      throws InterruptedException {
    while (direction == stallDirection && gone >= stallAfter && !ended.getAsBoolean()) {
      wait();
    }
  }

  /** Lets those who wait look whether their connection has ended. */
  synchronized void wake() {
    notifyAll();
  }
}
