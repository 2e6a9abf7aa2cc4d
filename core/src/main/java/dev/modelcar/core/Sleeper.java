package dev.modelcar.core;

import java.time.Duration;

/** Waits; injected, so that tests need not. */
@FunctionalInterface
public interface Sleeper {
  void sleep(Duration duration) throws InterruptedException;

  /** Really sleeps. */
  static Sleeper system() {
    return Thread::sleep;
  }
}
