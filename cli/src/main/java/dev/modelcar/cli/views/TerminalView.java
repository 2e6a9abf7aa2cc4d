package dev.modelcar.cli.views;

import dev.modelcar.core.ByteSize;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Progress as lines that are redrawn, as wide as the terminal is at that moment: one for each layer
 * in transit, and one for the whole.
 */
final class TerminalView implements ProgressView {
  private static final Duration INTERVAL = Duration.ofMillis(200);

  private final Console console;
  private final Terminal terminal;
  private final ProgressLine layout;
  private boolean begun;
  private long nextUpdate = Long.MIN_VALUE;

  TerminalView(Console console, Terminal terminal, boolean color, String doing) {
    this.console = console;
    this.terminal = terminal;
    this.layout = new ProgressLine(doing, color);
  }

  @Override
  public void begin(ShipmentEvent.Begun shipment) {
    if (shipment.reusedBytes() > 0) {
      line("already present: " + ByteSize.format(shipment.reusedBytes()));
    }
    begun |= shipment.bytes() > 0;
  }

  /** Lines above, none of which the terminal would have to break. */
  @Override
  public void line(String text) {
    Columns.fold(Texts.printable(text), terminal.columns() - 1).forEach(console::note);
  }

  @Override
  public void brief(String text) {
    console.note(Columns.cut(Texts.printable(text), terminal.columns() - 1));
  }

  @Override
  public void reused(ShipmentEvent.LayerReused reused) {
    console.detail(reused.layer() + ": already in " + reused.target());
  }

  @Override
  public boolean wantsUpdate(long nanoTime) {
    if (!begun || nanoTime < nextUpdate) {
      return false;
    }
    nextUpdate = nanoTime + INTERVAL.toNanos();
    return true;
  }

  @Override
  public void update(Progress.State state) {
    if (begun) {
      int columns = terminal.columns();
      List<String> block = new ArrayList<>(LayerLines.of(state.layers(), columns, terminal.rows()));
      block.add(layout.of(block.isEmpty() ? state : state.withoutLayers(), columns));
      terminal.show(block);
    }
  }

  @Override
  public void done(ShipmentEvent.LayerDone done, List<String> targets, Progress.State state) {
    update(state);
  }

  @Override
  public void published(ShipmentEvent.TargetDone target) {
    line(target.target() + " has the image");
  }

  @Override
  public void close() {
    begun = false;
    terminal.erase();
  }
}
