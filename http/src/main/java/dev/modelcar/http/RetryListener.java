package dev.modelcar.http;

import java.time.Duration;

/** Is notified of waits before they start. */
@FunctionalInterface
public interface RetryListener {
  void waiting(Duration wait, String why);

  static RetryListener none() {
    return (wait, why) -> {};
  }
}
