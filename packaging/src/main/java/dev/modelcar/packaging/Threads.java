package dev.modelcar.packaging;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Threads that move bytes. They are platform threads: virtual ones are no faster here, and the
 * poller behind their sockets delays the end of the JVM.
 */
public final class Threads {
  private Threads() {}

  /** Threads for some short tasks; closing it waits for them. */
  public static ExecutorService pool(int size) {
    return Executors.newFixedThreadPool(
        size, Thread.ofPlatform().daemon().name("modelcar-task").factory());
  }

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
