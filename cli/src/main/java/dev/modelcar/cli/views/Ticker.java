package dev.modelcar.cli.views;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Runs a task at intervals until it is closed. */
final class Ticker implements AutoCloseable {
  private final Thread thread;
  private volatile boolean closed;

  Ticker(Duration interval, Runnable task) {
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("modelcar-ticker")
            .start(() -> {
              while (!closed) {
                LockSupport.parkNanos(interval.toNanos());
                if (!closed) {
                  task.run();
                }
              }
            });
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
