package dev.modelcar.packaging;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Several layers at a time. A layer takes a lane while its bytes move, and leaves it when the last
 * byte is sent: what registries do then (write to a disk, check a digest, copy to another place)
 * takes seconds for each GiB, in which the next layer moves already.
 */
final class Lanes {
  /**
   * How long a large layer runs before another one joins it. Layers of one size that begin together
   * end together, and then all wait for the registry at the same time.
   */
  private static final Duration HEAD_START = Duration.ofMillis(300);

  /** Smaller layers are over before that matters. */
  private static final long LARGE = 32L << 20;

  private final int count;
  private final Semaphore free;
  private final Semaphore open;
  private final List<Thread> threads = new ArrayList<>();

  /**
   * @param count how many layers move at a time; as many more may wait for the end of their uploads
   */
  Lanes(int count) {
    this.count = count;
    this.free = new Semaphore(count);
    this.open = new Semaphore(2 * count);
  }

  /** What moves a layer; it says when the last byte is sent, or never. */
  @FunctionalInterface
  interface Movement {
    void run(Runnable sent);
  }

  /** Waits until a lane is free, then returns. */
  void await() {
    interruptible(() -> {
      open.acquire();
      free.acquire();
    });
  }

  /**
   * Starts a movement in the lane that was waited for.
   *
   * @param size of the layer, in bytes
   */
  void start(long size, Movement movement) {
    CountDownLatch sent = new CountDownLatch(1);
    AtomicBoolean left = new AtomicBoolean();
    Runnable leave =
        () -> {
          if (left.compareAndSet(false, true)) {
            free.release();
            sent.countDown();
          }
        };
    threads.add(
        Threads.start(
            "modelcar-layer",
            () -> {
              try {
                movement.run(leave);
              } finally {
                leave.run();
                open.release();
              }
            }));
    if (size >= LARGE && threads.size() < count) {
      interruptible(() -> sent.await(HEAD_START.toNanos(), TimeUnit.NANOSECONDS));
    }
  }

  /** Waits until all movements are over. */
  void join() {
    Threads.join(threads);
  }

  @FunctionalInterface
  private interface Wait {
    void run() throws InterruptedException;
  }

  private void interruptible(Wait wait) {
    try {
      wait.run();
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
      throw new ModelcarException(ErrorCode.STOPPED, "stopped", e);
    }
  }
}
