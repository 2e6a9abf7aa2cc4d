package dev.modelcar.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Holds up the end of the process after a signal, until the command has said what it has to say to
 * others; for some seconds at the most, since whoever sends signals has little patience.
 */
final class LastWord implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final CountDownLatch said = new CountDownLatch(1);
  private final Thread hook = new Thread(this::await, "modelcar-last-word");

  LastWord() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void await() {
    try {
      var _ = said.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      // The process ends in any case.
    }
  }

  @Override
  public void close() {
    said.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, which is what the hook is for.
    }
  }
}
