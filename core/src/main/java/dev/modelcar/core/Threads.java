package dev.modelcar.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Threads that move bytes. They are platform threads: virtual ones are no faster here, and the
 * poller behind their sockets delays the end of the JVM.
 */
public final class Threads {
  private Threads() {}

  /**
   * What is done with one of several items.
   *
   * @param <E> the checked exception that it throws; none by itself
   */
  @FunctionalInterface
  public interface Task<T, R, E extends Exception> {
    R run(T item) throws E;
  }

  /**
   * Runs a task for each item, some at a time, and returns the results in order.
   *
   * <p>After the first failure no more tasks are started; running ones are interrupted and awaited.
   * If the calling thread is interrupted nothing is waited for: a thread that reads from a silent
   * socket does not hear of it before the connection is closed, which is up to the caller.
   *
   * @param doing for messages, as in "stopped while ..."
   * @throws E what the first failing task threw, in the order of the items
   * @throws ModelcarException {@link CoreError#STOPPED} if the calling thread is interrupted
   */
  public static <T, R, E extends Exception> List<R> map(
      List<T> items, int atOnce, String doing, Task<T, R, E> task) throws E {
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
      throw Threads.<E>failure(e);
    } catch (InterruptedException e) {
      interrupted = true;
      Thread.currentThread().interrupt();
      throw new ModelcarException(CoreError.STOPPED, "stopped while " + doing, e);
    } finally {
      executor.shutdownNow();
      if (!interrupted) {
        executor.close();
      }
    }
  }

  // A task throws no other checked exception.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> E failure(ExecutionException failed) {
    return switch (failed.getCause()) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null -> throw new IllegalStateException(failed);
      case Throwable e -> (E) e;
    };
  }

  /**
   * Starts what is needed later in a thread of its own.
   *
   * @return waits for it, and gives the result or throws what it threw, each time
   * @throws ModelcarException when asked, {@link CoreError#STOPPED} if the caller is interrupted
   */
  public static <T> Supplier<T> early(String name, Supplier<T> task) {
    FutureTask<T> running = new FutureTask<>(task::get);
    var _ = start(name, running);
    return () -> {
      try {
        return running.get();
      } catch (ExecutionException e) {
        throw Threads.<RuntimeException>failure(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ModelcarException(CoreError.STOPPED, "stopped", e);
      }
    };
  }

  /**
   * Does something in a thread of its own, for a limited time.
   *
   * @return its result; nothing if it is not done in time, when it is interrupted and not awaited
   * @throws ModelcarException what the task threw, or {@link CoreError#STOPPED} if the caller is
   *     interrupted
   */
  public static <T> Optional<T> within(String name, Duration limit, Supplier<T> task) {
    FutureTask<T> running = new FutureTask<>(task::get);
    var _ = start(name, running);
    try {
      return Optional.of(running.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      boolean _ = running.cancel(true);
      return Optional.empty();
    } catch (ExecutionException e) {
      throw Threads.<RuntimeException>failure(e);
    } catch (InterruptedException e) {
      boolean _ = running.cancel(true);
      Thread.currentThread().interrupt();
      throw new ModelcarException(CoreError.STOPPED, "stopped", e);
    }
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
      throw new ModelcarException(CoreError.STOPPED, "stopped", e);
    }
  }
}
