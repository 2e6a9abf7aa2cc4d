package dev.modelcar.cli;

import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import dev.modelcar.packaging.transfer.ShipmentListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Keeps count of what a shipment moves and passes it to a {@link ProgressView}: as a whole, and for
 * each layer that is on its way.
 */
final class Progress implements ShipmentListener, AutoCloseable {
  private static final Duration RATE_WINDOW = Duration.ofSeconds(10);

  /** A rate of less than that says nothing of how long the rest will take. */
  private static final Duration SHORTEST_SPAN = Duration.ofSeconds(3);

  private static final Duration TICK = Duration.ofMillis(250);

  private final ProgressView view;
  private final LongSupplier nanoTime;
  private final Map<String, Transfer> running = new LinkedHashMap<>();
  private final List<long[]> samples = new ArrayList<>();
  private Optional<Ticker> ticker = Optional.empty();
  private long total;
  private long done;
  private long moved;

  /** A layer on its way to a target. */
  private static final class Transfer {
    final String layer;
    final String target;
    final long size;
    long position;

    Transfer(String layer, String target, long size) {
      this.layer = layer;
      this.target = target;
      this.size = size;
    }
  }

  /**
   * Where a shipment stands.
   *
   * @param done bytes that have arrived or are on their way
   * @param total bytes in all; 0 where it is not known
   * @param rate bytes a second of late
   * @param left the time that the rest will take at this rate; zero where it is not known
   * @param layers what is on its way, in the order in which it began
   */
  record State(long done, long total, long rate, Duration left, List<String> layers) {}

  Progress(ProgressView view, LongSupplier nanoTime) {
    this.view = view;
    this.nanoTime = nanoTime;
  }

  /** Shows where things stand even while nothing moves. */
  Progress ticking() {
    ticker = Optional.of(new Ticker(TICK, this::tick));
    return this;
  }

  synchronized void tick() {
    if (view.wantsUpdate(nanoTime.getAsLong())) {
      view.update(state());
    }
  }

  @Override
  public synchronized void on(ShipmentEvent event) {
    switch (event) {
      case ShipmentEvent.Begun begun -> {
        // A mirror begins several times.
        total += begun.bytes();
        view.begin(begun);
      }
      case ShipmentEvent.Comparing comparing -> view.comparing(comparing);
      case ShipmentEvent.LayerReused reused -> view.reused(reused);
      case ShipmentEvent.LayerLeft left -> view.left(left);
      case ShipmentEvent.LayerBegun begun -> {
        if (samples.isEmpty()) {
          samples.add(new long[] {nanoTime.getAsLong(), moved});
        }
        running.put(key(begun.layer(), begun.target()), transfer(begun));
      }
      case ShipmentEvent.LayerMoved step -> moved(step);
      case ShipmentEvent.LayerResumed resumed -> resumed(resumed);
      case ShipmentEvent.LayerDone layer -> {
        running.remove(key(layer.layer(), layer.target()));
        view.done(layer, state());
      }
      case ShipmentEvent.Waiting waiting -> view.waiting(waiting);
      case ShipmentEvent.TargetDetached detached -> view.detached(detached.target());
      case ShipmentEvent.TargetDone target -> view.published(target);
      case ShipmentEvent.TargetFailed failed -> {
        running.values().removeIf(transfer -> transfer.target.equals(failed.target()));
        // Who stops the whole of it is told so, once.
        if (failed.reason().code() != CoreError.STOPPED) {
          view.failed(failed);
        }
      }
    }
  }

  private static String key(String layer, String target) {
    return layer + "\n" + target;
  }

  private static Transfer transfer(ShipmentEvent.LayerBegun begun) {
    return new Transfer(begun.layer(), begun.target(), begun.size());
  }

  private void moved(ShipmentEvent.LayerMoved step) {
    done += step.bytes();
    moved += step.bytes();
    Transfer transfer = running.get(key(step.layer(), step.target()));
    if (transfer != null) {
      transfer.position += step.bytes();
    }
    tick();
  }

  private void resumed(ShipmentEvent.LayerResumed resumed) {
    Transfer transfer = running.get(key(resumed.layer(), resumed.target()));
    if (transfer != null) {
      done += resumed.offset() - transfer.position;
      transfer.position = resumed.offset();
    }
    view.resumed(resumed);
  }

  private State state() {
    long now = nanoTime.getAsLong();
    samples.add(new long[] {now, moved});
    while (samples.size() > 2 && now - samples.getFirst()[0] > RATE_WINDOW.toNanos()) {
      samples.removeFirst();
    }
    long span = now - samples.getFirst()[0];
    long bytes = moved - samples.getFirst()[1];
    long rate = span <= 0 ? 0 : (long) (bytes * 1e9 / span);
    Duration left =
        rate == 0 || total <= done || span < SHORTEST_SPAN.toNanos()
            ? Duration.ZERO
            : Duration.ofSeconds(Math.ceilDiv(total - done, rate));
    List<String> layers = new ArrayList<>();
    for (Transfer transfer : running.values()) {
      layers.add(
          transfer.size > 0
              ? "%s %d %%".formatted(transfer.layer, 100 * transfer.position / transfer.size)
              : "%s %s".formatted(transfer.layer, ByteSize.format(transfer.position)));
    }
    return new State(done, total, rate, left, layers);
  }

  @Override
  public void close() {
    ticker.ifPresent(Ticker::close);
    // Not while it is drawn, nor drawn afterwards.
    closeView();
  }

  private synchronized void closeView() {
    view.close();
  }
}
