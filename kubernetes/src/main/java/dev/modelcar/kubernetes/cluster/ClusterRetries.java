package dev.modelcar.kubernetes.cluster;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sleeper;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Repeats requests to a cluster that is away, for an API server that restarts is away for minutes,
 * and a run does not need it. Belongs to one thread.
 */
public final class ClusterRetries {
  private static final Duration MOST = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** Hears that the cluster is away, and that it is back. */
  public interface AwayListener {

    /** The cluster does not respond; it is asked again for so long. */
    void clusterIsAway(String message, Duration timeout);

    /** The cluster responds again. */
    void clusterIsBack();
  }

  private final AwayListener listener;
  private final Sleeper sleeper;
  private final LongSupplier nanoTime;
  private Optional<Long> awaySince = Optional.empty();

  public ClusterRetries(AwayListener listener, Sleeper sleeper, LongSupplier nanoTime) {
    this.listener = listener;
    this.sleeper = sleeper;
    this.nanoTime = nanoTime;
  }

  /**
   * Asks until there is a response; that the cluster is away is told once, and so is its return.
   *
   * @throws ModelcarException the request's own, if it is another than {@link
   *     ClusterError#CLUSTER_UNREACHABLE}, or if that lasts; {@link CoreError#STOPPED} if
   *     interrupted
   */
  public <T> T ask(Supplier<T> request) {
    while (true) {
      try {
        T response = request.get();
        if (awaySince.isPresent()) {
          awaySince = Optional.empty();
          listener.clusterIsBack();
        }
        return response;
      } catch (ModelcarException e) {
        if (e.code() != ClusterError.CLUSTER_UNREACHABLE) {
          throw e;
        }
        waitFor(e);
      }
      pause();
    }
  }

  private void waitFor(ModelcarException failure) {
    long now = nanoTime.getAsLong();
    if (awaySince.isEmpty()) {
      awaySince = Optional.of(now);
      listener.clusterIsAway(String.valueOf(failure.getMessage()), MOST);
    } else if (now - awaySince.get() >= MOST.toNanos()) {
      throw failure;
    }
  }

  /** The time between one look and the next. */
  public void pause() {
    try {
      sleeper.sleep(PAUSE);
    } catch (InterruptedException e) {
      throw Cluster.stopped("waiting for the cluster", e);
    }
  }
}
