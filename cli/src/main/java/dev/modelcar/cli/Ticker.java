package dev.modelcar.cli;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Does something again and again until it is closed: what stands still is to be seen, too. */
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
