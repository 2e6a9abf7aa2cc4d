package dev.modelcar.cli.views;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Delays the end of the process after Ctrl-C or a termination signal until the command has cleaned
 * up and reported, for a limited time. The process then exits with the signal's code.
 */
public final class ShutdownHook implements AutoCloseable {
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;

  /**
   * @param onSignal runs when the process is about to end
   * @param limit of the delay
   */
  public ShutdownHook(Runnable onSignal, Duration limit) {
    hook = new Thread(() -> run(onSignal, limit), "modelcar-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void run(Runnable onSignal, Duration limit) {
    onSignal.run();
    try {
      var _ = finished.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // The process ends in any case.
    }
  }

  /** The command is over. */
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
