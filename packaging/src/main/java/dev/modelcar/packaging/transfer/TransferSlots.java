package dev.modelcar.packaging.transfer;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Several blobs at a time. A blob takes a slot while its bytes move, and leaves it when the last
 * byte is sent: what registries do then (write to a disk, check a digest, copy to another place)
 * takes seconds for each GiB, in which the next blob moves already.
 */
final class TransferSlots {
  private final Semaphore free;
  private final Semaphore open;
  private final List<Thread> threads = new ArrayList<>();

  /**
   * @param count how many blobs move at a time; as many more may wait for the end of their uploads
   */
  TransferSlots(int count) {
    this.free = new Semaphore(count);
    this.open = new Semaphore(2 * count);
  }

  /** What moves a blob; it says when the last byte is sent, or never. */
  @FunctionalInterface
  interface Movement {
    void run(Runnable sent);
  }

  /** Waits until a slot is free, then returns. */
  void await() {
    try {
      open.acquire();
      free.acquire();
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
      throw new ModelcarException(CoreError.STOPPED, "stopped", e);
    }
  }

  /** Starts a movement in the slot that was waited for. */
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
