package dev.modelcar.cli;

import dev.modelcar.core.ByteSize;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress as a bar that moves, with the layers on their way beside it. */
final class TerminalView implements ProgressView {
  private static final Duration INTERVAL = Duration.ofMillis(200);
  private static final int STANDARD_WIDTH = 100;
  private static final int MOST_LAYERS = 2;

  private final Console console;
  private final String doing;
  private final PrintStream err;
  private final int width;
  private final boolean color;
  private Optional<ProgressBar> bar = Optional.empty();
  private long nextUpdate;

  TerminalView(Console console, Environment environment, String doing) {
    this.doing = doing;
    this.console = console;
    this.err = environment.err();
    this.color = environment.variable("NO_COLOR").isEmpty();
    String columns = environment.variable("COLUMNS");
    this.width =
        columns.matches("[1-9]\\d{1,3}")
            ? Math.max(60, Integer.parseInt(columns) - 1)
            : STANDARD_WIDTH;
  }

  @Override
  public void begin(ShipmentEvent.Begun begun) {
    if (begun.reusedBytes() > 0) {
      console.note("already there: " + ByteSize.format(begun.reusedBytes()));
    }
    if (begun.bytes() > 0) {
      bar =
          Optional.of(
              new ProgressBarBuilder()
                  .setTaskName(doing)
                  .setInitialMax(begun.bytes())
                  .setUnit(" MiB", 1 << 20)
                  .showSpeed()
                  .setStyle(
                      color ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK : ProgressBarStyle.ASCII)
                  .setUpdateIntervalMillis((int) INTERVAL.toMillis())
                  .setConsumer(new ConsoleProgressBarConsumer(err, width))
                  .build());
    }
  }

  /** A line above the bar. */
  private void line(String text) {
    if (bar.isPresent()) {
      err.print("\r" + " ".repeat(width) + "\r");
    }
    console.note(text);
  }

  @Override
  public void reused(ShipmentEvent.LayerReused reused) {
    console.detail(reused.layer() + ": already in " + reused.target());
  }

  @Override
  public void left(ShipmentEvent.LayerLeft left) {
    line(Texts.left(left));
  }

  @Override
  public boolean wantsUpdate(long nanoTime) {
    if (nanoTime < nextUpdate) {
      return false;
    }
    nextUpdate = nanoTime + INTERVAL.toNanos();
    return true;
  }

  @Override
  public void update(Progress.State state) {
    bar.ifPresent(shown -> {
      shown.stepTo(state.done());
      var layers = state.layers();
      String some = String.join(", ", layers.subList(0, Math.min(MOST_LAYERS, layers.size())));
      shown.setExtraMessage(
          layers.size() > MOST_LAYERS
              ? some + " and " + (layers.size() - MOST_LAYERS) + " more"
              : some);
    });
  }

  @Override
  public void resumed(ShipmentEvent.LayerResumed resumed) {
    line(
        resumed.offset() == 0
            ? resumed.layer() + " begins anew"
            : resumed.layer() + " goes on at " + ByteSize.format(resumed.offset()));
  }

  @Override
  public void done(ShipmentEvent.LayerDone done, Progress.State state) {
    update(state);
  }

  @Override
  public void comparing(ShipmentEvent.Comparing comparing) {
    line(
        "reading %s (%s) for their digests: earlier images have such layers"
            .formatted(
                Texts.count(comparing.layers(), "layer"), ByteSize.format(comparing.bytes())));
  }

  @Override
  public void waiting(ShipmentEvent.Waiting waiting) {
    line("waiting %s: %s".formatted(Texts.duration(waiting.duration()), waiting.what()));
  }

  @Override
  public void detached(String target) {
    line(target + " is slower than the others: it catches up at the end");
  }

  @Override
  public void published(ShipmentEvent.TargetDone target) {
    line(target.target() + " has the image");
  }

  @Override
  public void failed(ShipmentEvent.TargetFailed failed) {
    line(failed.target() + " failed: " + failed.reason().getMessage());
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
    bar = Optional.empty();
  }
}
