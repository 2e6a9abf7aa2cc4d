package dev.modelcar.http;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sleeper;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * How transient failures are retried: with waits that double, with jitter, until there was no
 * progress for as long as the budget. Progress resets both, so a long transfer may fail any number
 * of times.
 *
 * @param first the first wait
 * @param longest no wait is longer, but for those that a server asks for
 * @param budget how long to retry without any progress
 * @param longestAsked how long a server may ask to wait, in all
 * @param sleeper waits
 * @param random gives the jitter
 * @param nanoTime the clock, in nanoseconds
 */
public record RetryPolicy(
    Duration first,
    Duration longest,
    Duration budget,
    Duration longestAsked,
    Sleeper sleeper,
    RandomGenerator random,
    LongSupplier nanoTime) {

  /** A policy that waits for servers within its budget. */
  public RetryPolicy(
      Duration first,
      Duration longest,
      Duration budget,
      Sleeper sleeper,
      RandomGenerator random,
      LongSupplier nanoTime) {
    this(first, longest, budget, budget, sleeper, random, nanoTime);
  }

  /** The default budget: longer than a registry takes to restart. */
  public static final Duration STANDARD_BUDGET = Duration.ofMinutes(2);

  public static RetryPolicy standard() {
    return new RetryPolicy(
        Duration.ofMillis(400),
        Duration.ofSeconds(15),
        STANDARD_BUDGET,
        Sleeper.system(),
        RandomGenerator.getDefault(),
        System::nanoTime);
  }

  public RetryPolicy withBudget(Duration newBudget) {
    return new RetryPolicy(first, longest, newBudget, sleeper, random, nanoTime);
  }

  /** At most this budget; a server that responds may still ask for more. */
  public RetryPolicy limitedTo(Duration limit) {
    return budget.compareTo(limit) <= 0
        ? this
        : new RetryPolicy(first, longest, limit, longestAsked, sleeper, random, nanoTime);
  }

  /** What is done, once for each try. */
  @FunctionalInterface
  public interface Attempt<T> {
    /**
     * Tries once.
     *
     * @throws TransientException if the same may work a little later
     * @throws TransportException if there was no whole response
     */
    T run() throws IOException;
  }

  /**
   * Repeats an attempt while its failures may pass.
   *
   * @param what is done; failures of connections begin with it
   * @throws ModelcarException what the last failure was
   */
  public <T> T repeat(RetryListener listener, String what, Attempt<T> attempt) {
    Retries retries = start(listener);
    while (true) {
      try {
        return attempt.run();
      } catch (IOException e) {
        retries.waitOrThrow(e, what);
      }
    }
  }

  /** A fresh count for one operation. */
  public Retries start(RetryListener listener) {
    return new Retries(this, listener);
  }
}
