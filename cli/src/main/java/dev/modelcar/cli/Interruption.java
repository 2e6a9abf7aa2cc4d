package dev.modelcar.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Handles Ctrl-C and termination signals: the command is interrupted and has a moment to clean up
 * and report, then the process exits with the signal's code.
 */
final class Interruption {
  private static final long GRACE_MILLIS = 1500;

  private final CountDownLatch finished = new CountDownLatch(1);

  private Interruption() {}

  static Interruption install(Thread command) {
    Interruption interruption = new Interruption();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> interruption.stop(command), "modelcar-interruption"));
    return interruption;
  }

  private void stop(Thread command) {
    if (finished.getCount() == 0) {
      return;
    }
    command.interrupt();
    try {
      var _ = finished.await(GRACE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // The process ends in any case.
    }
  }

  /** The command is over. */
  void finished() {
    finished.countDown();
  }
}
