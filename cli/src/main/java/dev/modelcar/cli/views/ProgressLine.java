package dev.modelcar.cli.views;

import dev.modelcar.core.ByteSize;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Lays out progress in one line of a terminal. Fields are added in order of importance while there
 * is room: percent, rate, time left; then a word, a bar, and the layers in transit.
 */
final class ProgressLine {
  private static final String GAP = "  ";
  private static final int SHORTEST_BAR = 10;
  private static final int LONGEST_BAR = 40;
  private static final int SHORTEST_LAYER = 16;
  private static final int MOST_LAYERS = 2;

  private final String doing;
  private final boolean color;

  /** The fields, in the order in which they are shown. */
  private enum Field {
    DOING,
    PERCENT,
    BAR,
    BYTES,
    RATE,
    LEFT,
    LAYERS
  }

  /**
   * @param doing what is done, such as {@code shipping}
   * @param color whether the bar has one
   */
  ProgressLine(String doing, boolean color) {
    this.doing = doing;
    this.color = color;
  }

  /** The line for a terminal of this width; one column less, for the cursor to stand in. */
  String of(Progress.State state, int columns) {
    Map<Field, String> shown = new EnumMap<>(Field.class);
    Room room = new Room(Math.max(1, columns - 1));
    if (state.total() > 0) {
      room.add(shown, Field.PERCENT, "%3d %%".formatted(percent(state)));
    } else {
      room.add(shown, Field.BYTES, ByteSize.format(state.done()));
    }
    room.add(shown, Field.RATE, ByteSize.format(state.rate()) + "/s");
    if (!state.left().isZero()) {
      room.add(shown, Field.LEFT, Texts.left(state.left()));
    }
    room.add(shown, Field.DOING, doing);
    if (state.total() > 0) {
      room.add(
          shown,
          Field.BYTES,
          ByteSize.format(state.done()) + " of " + ByteSize.format(state.total()));
    }
    addBarAndLayers(shown, room, state);
    if (shown.isEmpty()) {
      return Columns.cut(percent(state) + "%", room.left);
    }
    return String.join(GAP, shown.values());
  }

  private void addBarAndLayers(Map<Field, String> shown, Room room, Progress.State state) {
    List<String> layers = state.layers().stream().map(Progress.Moving::text).toList();
    int forLayers = layers.isEmpty() ? 0 : SHORTEST_LAYER + GAP.length();
    int beside = room.forNext() - forLayers;
    int bar = Math.min(LONGEST_BAR, beside >= SHORTEST_BAR ? beside : room.forNext());
    if (state.total() > 0 && bar >= SHORTEST_BAR) {
      room.left -= bar + GAP.length();
      String drawn = LayerLines.bar(percent(state), bar);
      shown.put(Field.BAR, color ? "\u001b[36m" + drawn + "\u001b[0m" : drawn);
    }
    if (!layers.isEmpty() && room.forNext() >= SHORTEST_LAYER) {
      shown.put(Field.LAYERS, layers(layers, room.forNext()));
    }
  }

  private static long percent(Progress.State state) {
    return state.total() <= 0
        ? 0
        : Math.clamp(Math.round(Math.floor(100.0 * state.done() / state.total())), 0, 100);
  }

  /** As many as fit; of the others only how many they are. */
  private static String layers(List<String> layers, int columns) {
    List<String> some = new ArrayList<>();
    layers.stream().map(Texts::printable).limit(MOST_LAYERS).forEach(some::add);
    while (some.size() > 1 && Columns.of(text(some, layers.size())) > columns) {
      some.removeLast();
    }
    String rest = rest(layers.size() - some.size());
    return Columns.cut(String.join(", ", some), columns - rest.length()) + rest;
  }

  private static String text(List<String> some, int all) {
    return String.join(", ", some) + rest(all - some.size());
  }

  private static String rest(int more) {
    return more == 0 ? "" : " +" + more;
  }

  /** What is left of the line. */
  private static final class Room {
    private int left;
    private boolean taken;

    Room(int columns) {
      this.left = columns;
    }

    int forNext() {
      return left - (taken ? GAP.length() : 0);
    }

    void add(Map<Field, String> shown, Field field, String text) {
      int needed = Columns.of(text);
      if (needed <= forNext()) {
        left = forNext() - needed;
        taken = true;
        shown.put(field, text);
      }
    }
  }
}
