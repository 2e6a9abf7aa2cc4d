package dev.modelcar.core;

import java.time.Duration;

/** Waits; injected so that no test has to. */
@FunctionalInterface
public interface Sleeper {
  void sleep(Duration duration) throws InterruptedException;

  /** Really sleeps. */
  static Sleeper system() {
    return Thread::sleep;
  }
}
