package dev.modelcar.http;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The attempts of one operation. For one thread. */
public final class Retries {
  /** Made even without a budget, as far as they are quick. */
  private static final int LEAST_TRIES = 3;

  private static final Duration QUICK = Duration.ofSeconds(3);

  private final RetryPolicy policy;
  private final RetryListener listener;
  private long lastProgress;
  private int failures;
  private Optional<Duration> tooLong = Optional.empty();

  Retries(RetryPolicy policy, RetryListener listener) {
    this.policy = policy;
    this.listener = listener;
    this.lastProgress = policy.nanoTime().getAsLong();
  }

  /** There was progress: the budget and the backoff start over. */
  public void progressed() {
    lastProgress = policy.nanoTime().getAsLong();
    failures = 0;
  }

  /** The time, in nanoseconds. */
  public long now() {
    return policy.nanoTime().getAsLong();
  }

  /** Bytes went out for so long, and may be lost: that was no wait, but no progress either. */
  public void spare(Duration busy) {
    lastProgress += Math.max(0, busy.toNanos());
  }

  /** How often the operation failed since it last made progress. */
  public int failures() {
    return failures;
  }

  /**
   * Waits before the next try.
   *
   * @param asked the wait that the server asked for
   * @param why the failure, for the listener
   * @return false if there should be no further attempt
   * @throws ModelcarException {@link CoreError#STOPPED} if the thread was interrupted
   */
  public boolean waitForNext(Optional<Duration> asked, String why) {
    failures++;
    Duration spent = Duration.ofNanos(policy.nanoTime().getAsLong() - lastProgress);
    tooLong = asked.filter(wait -> wait.compareTo(policy.longestAsked().minus(spent)) > 0);
    if (tooLong.isPresent() || isSpent(spent)) {
      return false;
    }
    Duration wait = asked.orElseGet(this::backoff);
    String reason = why;
    if (asked.isPresent()) {
      reason = why + "; the server asks to wait " + asked.get().toSeconds() + " s";
    }
    listener.waiting(wait, reason);
    try {
      policy.sleeper().sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelcarException(CoreError.STOPPED, "stopped while waiting to retry", e);
    }
    return true;
  }

  /**
   * Waits after a failed attempt until the next one is due.
   *
   * @param what was being done; failures of connections begin with it
   * @throws ModelcarException what the failure is, if it will not pass or was waited for long
   *     enough
   */
  public void waitOrThrow(IOException failure, String what) {
    ModelcarException error =
        switch (failure) {
          case TransientException e -> e.toException();
          case TransportException e -> e.toException(what);
          default ->
              new ModelcarException(
                  HttpError.NETWORK_BROKEN, what + " failed: " + failure.getMessage(), failure);
        };
    boolean passes =
        failure instanceof TransientException
            || (failure instanceof TransportException e && e.isTransient());
    Optional<Duration> asked =
        failure instanceof TransientException e ? e.retryAfter() : Optional.empty();
    if (!passes || !waitForNext(asked, String.valueOf(error.getMessage()))) {
      throw ended(error);
    }
  }

  /** The failure that ends the attempts, with advice if a server asks to wait for too long. */
  public ModelcarException ended(ModelcarException failure) {
    return tooLong
        .map(wait ->
            failure.advising(
                "The server asks to wait %d s: run the command again after that, or allow longer waits with --retry-for."
                    .formatted(wait.toSeconds())))
        .orElse(failure);
  }

  /** Silence that is longer than the budget is waited for once, not three times. */
  private boolean isSpent(Duration spent) {
    boolean quick =
        spent.compareTo(QUICK) < 0 || spent.compareTo(policy.budget().multipliedBy(2)) < 0;
    return spent.compareTo(policy.budget()) >= 0 && (failures >= LEAST_TRIES || !quick);
  }

  /** Doubles with each failure; half of it is chance, so that many clients do not come at once. */
  private Duration backoff() {
    long doubled = policy.first().toMillis() << Math.min(failures - 1, 16);
    long longest = Math.min(doubled, policy.longest().toMillis());
    return Duration.ofMillis(longest / 2 + policy.random().nextLong(longest / 2 + 1));
  }
}
