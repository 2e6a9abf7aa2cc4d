package dev.modelcar.kubernetes;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sleeper;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Goes on asking a cluster that is away, for an API server that restarts is away for minutes, and a
 * run does not need it. Belongs to one thread.
 */
final class Patience {
  private static final Duration MOST = Duration.ofMinutes(10);
  private static final Duration GLANCE = Duration.ofSeconds(2);

  private final RunListener listener;
  private final Sleeper sleeper;
  private final LongSupplier nanoTime;
  private Optional<Long> awaySince = Optional.empty();

  Patience(RunListener listener, Sleeper sleeper, LongSupplier nanoTime) {
    this.listener = listener;
    this.sleeper = sleeper;
    this.nanoTime = nanoTime;
  }

  /**
   * Asks until there is an answer; that the cluster is away is told once, and so is its return.
   *
   * @throws ModelcarException the request's own, if it is another than {@link
   *     ErrorCode#CLUSTER_UNREACHABLE}, or if that lasts; {@link ErrorCode#STOPPED} if interrupted
   */
  <T> T ask(Supplier<T> request) {
    while (true) {
      try {
        T answer = request.get();
        if (awaySince.isPresent()) {
          awaySince = Optional.empty();
          listener.clusterIsBack();
        }
        return answer;
      } catch (ModelcarException e) {
        if (e.code() != ErrorCode.CLUSTER_UNREACHABLE) {
          throw e;
        }
        bear(e);
      }
      glance();
    }
  }

  private void bear(ModelcarException failure) {
    long now = nanoTime.getAsLong();
    if (awaySince.isEmpty()) {
      awaySince = Optional.of(now);
      listener.clusterIsAway(String.valueOf(failure.getMessage()), MOST);
    } else if (now - awaySince.get() >= MOST.toNanos()) {
      throw failure;
    }
  }

  /** The time between one look and the next. */
  void glance() {
    try {
      sleeper.sleep(GLANCE);
    } catch (InterruptedException e) {
      throw Cluster.stopped("waiting for the cluster", e);
    }
  }
}
