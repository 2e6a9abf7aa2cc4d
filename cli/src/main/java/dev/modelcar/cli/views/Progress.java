package dev.modelcar.cli.views;

import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import dev.modelcar.packaging.transfer.ShipmentListener;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Counts what a shipment moves, as a whole and for each layer in transit, and passes it to a {@link
 * ProgressView}.
 */
public final class Progress implements ShipmentListener, AutoCloseable {
  private static final Duration RATE_WINDOW = Duration.ofSeconds(10);

  /** A rate measured over less than this predicts nothing. */
  private static final Duration SHORTEST_SPAN = Duration.ofSeconds(3);

  private static final long TICK = 250;

  private final ProgressView view;
  private final LongSupplier nanoTime;
  private Optional<? extends ShipmentListener> record = Optional.empty();
  private final Map<String, Transfer> running = new LinkedHashMap<>();
  private final Map<String, List<ShipmentEvent.LayerDone>> arrivals = new LinkedHashMap<>();
  private final List<long[]> samples = new ArrayList<>();
  private Optional<ScheduledExecutorService> ticker = Optional.empty();
  private long total;
  private long done;
  private long moved;

  /** A layer in transit to a target. */
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
   * The progress of a shipment.
   *
   * @param done bytes that have arrived or are on their way
   * @param total all bytes; 0 if unknown
   * @param rate recent bytes per second
   * @param left the time left at this rate; zero if unknown
   * @param layers being moved, in the order in which they began
   */
  record State(long done, long total, long rate, Duration left, List<Moving> layers) {
    /** The whole alone. */
    State withoutLayers() {
      return new State(done, total, rate, left, List.of());
    }
  }

  /**
   * A layer in transit.
   *
   * @param size 0 if unknown
   * @param positions bytes sent to each of its targets, in the order of these
   */
  record Moving(String layer, long size, List<Long> positions) {
    /** The layer, and how far it is in the last and the first of its targets. */
    String text() {
      List<String> ends =
          positions.stream()
              .sorted()
              .map(position -> size > 0 ? 100 * position / size + " %" : ByteSize.format(position))
              .toList();
      String first = ends.getFirst();
      String last = ends.getLast();
      return layer + " " + (first.equals(last) ? last : first + " to " + last);
    }
  }

  Progress(ProgressView view, LongSupplier nanoTime) {
    this.view = view;
    this.nanoTime = nanoTime;
  }

  /**
   * Shows progress as one line that is redrawn where standard error is a terminal that can do that,
   * and as log lines elsewhere.
   *
   * @param doing what is done, such as {@code shipping}
   */
  public static Progress on(Console console, String doing) {
    Environment environment = console.environment();
    boolean bars =
        environment.variable("HF_HUB_DISABLE_PROGRESS_BARS").isEmpty()
            && !environment.variable("TERM").equals("dumb");
    Optional<Terminal> terminal = environment.terminal();
    if (terminal.isEmpty() || console.quiet() || console.verbose() || !bars) {
      Progress progress = new Progress(new LogView(console, LocalTime::now), System::nanoTime);
      progress.record = console.record();
      return progress;
    }
    boolean color = environment.variable("NO_COLOR").isEmpty();
    Progress progress =
        new Progress(new TerminalView(console, terminal.get(), color, doing), System::nanoTime);
    progress.record = console.record();
    // Shows that nothing moves, too.
    ThreadFactory daemon = Thread.ofPlatform().daemon().name("modelcar-ticker").factory();
    ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(daemon);
    var _ = ticker.scheduleWithFixedDelay(progress::tick, TICK, TICK, TimeUnit.MILLISECONDS);
    progress.ticker = Optional.of(ticker);
    return progress;
  }

  synchronized void tick() {
    if (view.wantsUpdate(nanoTime.getAsLong())) {
      view.update(state());
    }
  }

  @Override
  public void on(ShipmentEvent event) {
    record.ifPresent(run -> run.on(event));
    show(event);
  }

  private synchronized void show(ShipmentEvent event) {
    switch (event) {
      case ShipmentEvent.Begun begun -> {
        // A mirror begins several times.
        total += begun.bytes();
        view.begin(begun);
      }
      case ShipmentEvent.Comparing comparing ->
          view.brief(
              "hashing %s (%s): earlier images may contain them"
                  .formatted(
                      Texts.count(comparing.layers(), "layer"),
                      ByteSize.format(comparing.bytes())));
      case ShipmentEvent.LayerReused reused -> view.reused(reused);
      case ShipmentEvent.LayerLeft left ->
          view.line(
              "%s (%s) is not copied: a foreign layer that the source does not hold"
                  .formatted(left.layer(), ByteSize.format(left.size())));
      case ShipmentEvent.LayerBegun begun -> {
        if (samples.isEmpty()) {
          samples.add(new long[] {nanoTime.getAsLong(), moved});
        }
        running.put(
            key(begun.layer(), begun.target()),
            new Transfer(begun.layer(), begun.target(), begun.size()));
      }
      case ShipmentEvent.LayerMoved step -> moved(step);
      case ShipmentEvent.LayerResumed resumed -> resumed(resumed);
      case ShipmentEvent.LayerDone layer -> {
        running.remove(key(layer.layer(), layer.target()));
        arrivals.computeIfAbsent(layer.layer(), key -> new ArrayList<>()).add(layer);
        settle();
      }
      case ShipmentEvent.Waiting waiting ->
          view.brief(
              "waiting %s: %s".formatted(Texts.duration(waiting.duration()), waiting.what()));
      case ShipmentEvent.TargetDetached detached ->
          view.line(detached.target() + " is slower than the others and catches up at the end");
      case ShipmentEvent.TargetDone target -> view.published(target);
      case ShipmentEvent.TargetFailed failed -> {
        running.values().removeIf(transfer -> transfer.target.equals(failed.target()));
        settle();
        // An interruption of the whole command is reported once, not per target.
        if (failed.reason().code() != CoreError.STOPPED) {
          view.line(failed.target() + " failed: " + failed.reason().getMessage());
        }
      }
    }
  }

  /** One line for a layer, however many targets it goes to. */
  private void settle() {
    Set<String> moving =
        running.values().stream().map(transfer -> transfer.layer).collect(Collectors.toSet());
    arrivals
        .entrySet()
        .removeIf(entry -> {
          boolean settled = !moving.contains(entry.getKey());
          if (settled) {
            List<ShipmentEvent.LayerDone> all = entry.getValue();
            List<String> targets = all.stream().map(ShipmentEvent.LayerDone::target).toList();
            view.done(all.getLast(), targets, state());
          }
          return settled;
        });
  }

  private static String key(String layer, String target) {
    return layer + "\n" + target;
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
    String how =
        resumed.offset() == 0 ? "starts over" : "resumes at " + ByteSize.format(resumed.offset());
    view.brief("%s %s (%s)".formatted(resumed.layer(), how, resumed.target()));
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
    Map<String, List<Transfer>> layers = new LinkedHashMap<>();
    for (Transfer transfer : running.values()) {
      layers.computeIfAbsent(transfer.layer, key -> new ArrayList<>()).add(transfer);
    }
    return new State(
        done, total, rate, left, layers.values().stream().map(Progress::moving).toList());
  }

  private static Moving moving(List<Transfer> transfers) {
    Transfer first = transfers.getFirst();
    return new Moving(
        first.layer, first.size, transfers.stream().map(transfer -> transfer.position).toList());
  }

  @Override
  public void close() {
    ticker.ifPresent(ExecutorService::shutdownNow);
    // Not while it is drawn, nor drawn afterwards.
    closeView();
  }

  private synchronized void closeView() {
    view.close();
  }
}
