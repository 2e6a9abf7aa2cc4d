package dev.modelcar.cli.views;

import dev.modelcar.core.ByteSize;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Supplier;

/** Progress as lines that a log can keep: one per layer, and one every ten seconds. */
final class LogView implements ProgressView {
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /** Log viewers break longer lines. */
  private static final int LONGEST = 160;

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final Console console;
  private final Supplier<LocalTime> clock;
  private long nextUpdate;

  LogView(Console console, Supplier<LocalTime> clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public void line(String text) {
    console.note(TIME.format(clock.get()) + " " + text);
  }

  @Override
  public void brief(String text) {
    line(text);
  }

  @Override
  public void begin(ShipmentEvent.Begun begun) {
    line(
        "%s to move, %s"
                .formatted(ByteSize.format(begun.bytes()), Texts.count(begun.layers(), "layer"))
            + (begun.reusedBytes() == 0
                ? ""
                : "; %s already present".formatted(ByteSize.format(begun.reusedBytes()))));
  }

  @Override
  public void reused(ShipmentEvent.LayerReused reused) {
    line(
        "%s: %s in %s (%s)"
            .formatted(
                reused.layer(),
                reused.how().equals("mounted") ? "mounted" : "already present",
                reused.target(),
                ByteSize.format(reused.size())));
  }

  @Override
  public boolean wantsUpdate(long nanoTime) {
    if (nextUpdate == 0) {
      nextUpdate = nanoTime + INTERVAL.toNanos();
    }
    if (nanoTime < nextUpdate) {
      return false;
    }
    nextUpdate = nanoTime + INTERVAL.toNanos();
    return true;
  }

  @Override
  public void update(Progress.State state) {
    StringBuilder text = new StringBuilder(summary(state));
    int shown = 0;
    for (String layer : state.layers().stream().map(Progress.Moving::text).toList()) {
      if (text.length() + layer.length() > LONGEST) {
        break;
      }
      text.append(shown++ == 0 ? "; " : ", ").append(layer);
    }
    int rest = state.layers().size() - shown;
    line(text + (rest == 0 ? "" : "; " + Texts.count(rest, shown == 0 ? "layer" : "more layer")));
  }

  static String summary(Progress.State state) {
    StringBuilder text = new StringBuilder(ByteSize.format(state.done()));
    if (state.total() > 0) {
      text.append(" of ").append(ByteSize.format(state.total()));
      text.append(" (").append(Math.min(100, 100 * state.done() / state.total())).append(" %)");
    }
    text.append(", ").append(ByteSize.format(state.rate())).append("/s");
    if (!state.left().isZero()) {
      text.append(", ").append(Texts.left(state.left()));
    }
    return text.toString();
  }

  @Override
  public void done(ShipmentEvent.LayerDone done, List<String> targets, Progress.State state) {
    String all = String.join(", ", targets);
    line(
        "%s: in %s (%s, sha256:%s…); %s"
            .formatted(
                done.layer(),
                targets.size() > 1 && all.length() > LONGEST / 3
                    ? Texts.count(targets.size(), "destination")
                    : all,
                ByteSize.format(done.size()),
                done.digest().shortHex(),
                summary(state)));
  }

  @Override
  public void published(ShipmentEvent.TargetDone target) {
    line("%s has the image %s".formatted(target.target(), target.image()));
  }
}
