package dev.modelcar.http.apache;

import dev.modelcar.core.ByteSize;
import dev.modelcar.http.TransportException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends exchanges on which no byte moves. It looks at the progress of bytes, not at calls: a write
 * may block for minutes while a slow link drains what the kernel took long ago, so before it ends a
 * silent sender it asks the kernel whether its queue shrinks.
 */
final class Watchdog implements AutoCloseable {
  /** A body that trickles slower than this is taken for silent and fetched anew. */
  private static final long TRICKLE_BYTES_PER_SECOND = 256;

  private static final Duration TRICKLE_WINDOW = Duration.ofSeconds(45);

  private final Map<Exchange, Watch> watched = new ConcurrentHashMap<>();
  private final SocketQueues queues;
  private final ScheduledExecutorService timer;

  private static final class Watch {
    long queued = -1;
    long windowBytes;
    long waited;
  }

  Watchdog(SocketQueues queues, Duration interval) {
    this.queues = queues;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("modelcar-watchdog").factory());
    long millis = interval.toMillis();
    var _ =
        timer.scheduleWithFixedDelay(() -> look(interval), millis, millis, TimeUnit.MILLISECONDS);
  }

  void watch(Exchange exchange) {
    watched.put(exchange, new Watch());
  }

  void forget(Exchange exchange) {
    watched.remove(exchange);
  }

  private void look(Duration interval) {
    watched.forEach((exchange, watch) -> look(exchange, watch, interval));
  }

  private void look(Exchange exchange, Watch watch, Duration interval) {
    Exchange.Phase phase = exchange.phase();
    if (phase == Exchange.Phase.OURS) {
      watch.queued = -1;
      return;
    }
    if (phase == Exchange.Phase.RECEIVING && trickles(exchange, watch, interval)) {
      exchange.end(
          TransportException.Kind.STALLED,
          "fewer than %d bytes a second came for %d s"
              .formatted(TRICKLE_BYTES_PER_SECOND, TRICKLE_WINDOW.toSeconds()));
      return;
    }
    Duration limit =
        phase == Exchange.Phase.AWAITING_RESPONSE
            ? exchange.timeouts().response()
            : exchange.timeouts().stall();
    long silent = exchange.silentNanos();
    if (silent < limit.toNanos() / 4) {
      watch.queued = -1;
      return;
    }
    if (phase != Exchange.Phase.RECEIVING && drains(exchange, watch)) {
      exchange.moved(0);
      return;
    }
    if (silent > limit.toNanos()) {
      exchange.end(TransportException.Kind.STALLED, describe(phase, exchange, silent));
    }
  }

  /** Whether the kernel's send queue holds less than when it was last asked. */
  private boolean drains(Exchange exchange, Watch watch) {
    long queued = queues.unsent(exchange.localPort(), exchange.remotePort());
    boolean drains = queued >= 0 && watch.queued >= 0 && queued < watch.queued;
    watch.queued = queued;
    return drains;
  }

  private boolean trickles(Exchange exchange, Watch watch, Duration interval) {
    watch.waited += interval.toNanos();
    if (watch.waited < TRICKLE_WINDOW.toNanos()) {
      return false;
    }
    long came = exchange.bytes() - watch.windowBytes;
    boolean trickles = came < TRICKLE_BYTES_PER_SECOND * TRICKLE_WINDOW.toSeconds();
    watch.waited = 0;
    watch.windowBytes = exchange.bytes();
    return trickles;
  }

  private static String describe(Exchange.Phase phase, Exchange exchange, long silentNanos) {
    long seconds = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(silentNanos));
    return switch (phase) {
      case SENDING ->
          "took no byte for %d s after %s".formatted(seconds, ByteSize.format(exchange.bytes()));
      case AWAITING_RESPONSE -> "gave no answer for %d s".formatted(seconds);
      case RECEIVING ->
          "sent no byte for %d s after %s".formatted(seconds, ByteSize.format(exchange.bytes()));
      case OURS -> "silent for %d s".formatted(seconds);
    };
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
