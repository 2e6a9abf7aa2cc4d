package dev.modelcar.packaging;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Several layers at a time. A layer takes a lane while its bytes move, and leaves it when the last
 * byte is sent: what registries do then (write to a disk, check a digest, copy to another place)
 * takes seconds for each GiB, in which the next layer moves already.
 */
final class Lanes {
  private final Semaphore free;
  private final Semaphore open;
  private final List<Thread> threads = new ArrayList<>();

  /**
   * @param count how many layers move at a time; as many more may wait for the end of their uploads
   */
  Lanes(int count) {
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
    try {
      open.acquire();
      free.acquire();
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
      throw new ModelcarException(ErrorCode.STOPPED, "stopped", e);
    }
  }

  /** Starts a movement in the lane that was waited for. */
  void start(Movement movement) {
    AtomicBoolean left = new AtomicBoolean();
    Runnable leave =
        () -> {
          if (left.compareAndSet(false, true)) {
            free.release();
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
  }

  /** Waits until all movements are over. */
  void join() {
    Threads.join(threads);
  }
}
