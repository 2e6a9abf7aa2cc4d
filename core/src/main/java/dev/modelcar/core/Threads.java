package dev.modelcar.core;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Threads that move bytes. They are platform threads: virtual ones are no faster here, and the
 * poller behind their sockets delays the end of the JVM.
 */
public final class Threads {
  private Threads() {}

  /** What is done with one of several things. */
  @FunctionalInterface
  public interface Task<T, R> {
    R run(T item) throws IOException;
  }

  /**
   * Does something with many things, some at a time, and returns the results in their order.
   *
   * <p>After the first failure nothing more is begun, and what runs is interrupted and waited for.
   * If the calling thread is interrupted nothing is waited for: a thread that reads from a silent
   * socket does not hear of it before the connection is closed, which is up to the caller.
   *
   * @param doing for messages, as in "stopped while ..."
   * @throws IOException what the first failing task threw, in the order of the things
   * @throws ModelcarException {@link ErrorCode#STOPPED} if the calling thread is interrupted
   */
  public static <T, R> List<R> map(List<T> items, int atOnce, String doing, Task<T, R> task)
      throws IOException {
    ExecutorService executor =
        Executors.newFixedThreadPool(
            Math.max(1, atOnce), Thread.ofPlatform().daemon().name("modelcar-task").factory());
    boolean interrupted = false;
    try {
      List<Future<R>> futures = new ArrayList<>();
      for (T item : items) {
        futures.add(executor.submit(() -> task.run(item)));
      }
      List<R> results = new ArrayList<>();
      for (Future<R> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (InterruptedException e) {
      interrupted = true;
      Thread.currentThread().interrupt();
      throw new ModelcarException(ErrorCode.STOPPED, "stopped while " + doing, e);
    } finally {
      executor.shutdownNow();
      if (!interrupted) {
        executor.close();
      }
    }
  }

  private static IOException failure(ExecutionException failed) {
    return switch (failed.getCause()) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> new IOException(failed);
    };
  }

  /** Starts a thread that does not keep the program alive. */
  public static Thread start(String name, Runnable task) {
    return Thread.ofPlatform().daemon().name(name).start(task);
  }

  /** Waits for all; interrupts them if the waiting thread is interrupted. */
  public static void join(List<Thread> threads) {
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
