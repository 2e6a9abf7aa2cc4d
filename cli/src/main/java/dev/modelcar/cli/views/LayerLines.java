package dev.modelcar.cli.views;

import dev.modelcar.core.ByteSize;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays out the layers in transit, a line for each: its name, and for each target a bar with the
 * part that has been sent. Nothing in a terminal that is too small for it.
 */
final class LayerLines {
  private static final int LEAST_ROWS = 8;
  private static final int LEAST_COLUMNS = 50;

  /** What stays for the whole, and for what is above. */
  private static final int OTHER_ROWS = 4;

  private static final int MOST = 12;
  private static final int SHORTEST_BAR = 8;
  private static final int LONGEST_BAR = 30;
  private static final int PERCENT = 6;

  private LayerLines() {}

  static List<String> of(List<Progress.Moving> moving, int columns, int rows) {
    if (rows < LEAST_ROWS || columns < LEAST_COLUMNS) {
      return List.of();
    }
    int most = Math.min(MOST, rows - OTHER_ROWS);
    boolean all = moving.size() <= most;
    List<Progress.Moving> shown = all ? moving : moving.subList(0, most - 1);
    int longest = shown.stream().mapToInt(layer -> Columns.of(name(layer))).max().orElse(0);
    int name = Math.min(longest, (columns - 1) / 2);
    List<String> lines = new ArrayList<>();
    for (Progress.Moving layer : shown) {
      lines.add(line(layer, name, columns - 1));
    }
    if (!all) {
      lines.add("and %d more".formatted(moving.size() - shown.size()));
    }
    return lines;
  }

  private static String name(Progress.Moving layer) {
    return Texts.printable(layer.layer());
  }

  private static String line(Progress.Moving layer, int name, int columns) {
    String cut = Columns.cut(name(layer), name);
    StringBuilder line = new StringBuilder(cut).append(" ".repeat(name - Columns.of(cut)));
    String size = layer.size() > 0 ? "  " + ByteSize.format(layer.size()) : "";
    int targets = layer.positions().size();
    int room = (columns - name - size.length()) / targets - PERCENT - 2;
    int bar = Math.min(LONGEST_BAR, room);
    for (long position : layer.positions()) {
      if (layer.size() <= 0) {
        line.append("  ").append(ByteSize.format(position));
        continue;
      }
      long percent = Math.clamp(100 * position / layer.size(), 0, 100);
      if (bar >= SHORTEST_BAR) {
        line.append("  ").append(bar(percent, bar));
      }
      line.append(" %3d %%".formatted(percent));
    }
    return Columns.cut(line + size, columns);
  }

  /** A bar of this many columns. */
  static String bar(long percent, int width) {
    int inside = width - 2;
    int full = (int) (inside * percent / 100);
    String head = full == 0 || full == inside ? "" : ">";
    return "[" + "=".repeat(full - head.length()) + head + " ".repeat(inside - full) + "]";
  }
}
