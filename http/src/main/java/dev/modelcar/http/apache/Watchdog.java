package dev.modelcar.http.apache;

import dev.modelcar.http.TransportException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Ends exchanges that have stalled, as their {@link StallDetector} says. */
final class Watchdog implements AutoCloseable {
  private final Map<Exchange, StallDetector> watched = new ConcurrentHashMap<>();
  private final SocketQueues queues;
  private final ScheduledExecutorService timer;

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
    watched.put(
        exchange,
        new StallDetector(
            exchange, () -> queues.unsent(exchange.localPort(), exchange.remotePort())));
  }

  void forget(Exchange exchange) {
    watched.remove(exchange);
  }

  private void look(Duration interval) {
    watched.forEach((exchange, detector) ->
        detector.look(interval).ifPresent(how -> exchange.end(kind(exchange.phase()), how)));
  }

  /** Whoever does not get as far as a connection has not reached the peer. */
  private static TransportException.Kind kind(Exchange.Phase phase) {
    return phase == Exchange.Phase.SHAKING_HANDS
        ? TransportException.Kind.UNREACHABLE
        : TransportException.Kind.STALLED;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
