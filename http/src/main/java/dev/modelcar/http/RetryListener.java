package dev.modelcar.http;

import java.time.Duration;

/** Hears of waits before they begin, so that a person can be told at once. */
@FunctionalInterface
public interface RetryListener {
  void waiting(Duration wait, String why);

  static RetryListener none() {
    return (wait, why) -> {};
  }
}
