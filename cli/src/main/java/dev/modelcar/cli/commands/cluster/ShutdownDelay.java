package dev.modelcar.cli.commands.cluster;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Delays the end of the process after a signal until the command has finished its requests, for a
 * few seconds at most.
 */
final class ShutdownDelay implements AutoCloseable {
  private static final long MAX_SECONDS = 10;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::await, "modelcar-shutdown-delay");

  ShutdownDelay() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void await() {
    try {
      var _ = finished.await(MAX_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      // The process ends in any case.
    }
  }

  @Override
  public void close() {
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, which is what the hook is for.
    }
  }
}
