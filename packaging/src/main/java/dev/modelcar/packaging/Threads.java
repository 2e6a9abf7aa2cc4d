package dev.modelcar.packaging;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import java.util.List;

/** Threads that move bytes. */
final class Threads {
  private Threads() {}

  static Thread start(String name, Runnable task) {
    return Thread.ofPlatform().daemon().name(name).start(task);
  }

  /** Waits for all; interrupts them if the waiting thread is interrupted. */
  static void join(List<Thread> threads) {
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
      throw new ModelcarException(ErrorCode.STOPPED, "stopped", e);
    }
  }
}
