package dev.modelcar.cli.views;

import java.util.ArrayList;
import java.util.List;

/** Text as a terminal shows it: how many columns it takes, and what of it fits. */
final class Columns {
  private static final String CUT = "…";

  private Columns() {}

  /** How many columns a text takes. */
  static int of(String text) {
    return text.codePoints().map(Columns::of).sum();
  }

  private static int of(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isWide(codePoint) ? 2 : 1;
    };
  }

  /** Letters of East Asia, and pictures (Unicode, East Asian Width). */
  private static boolean isWide(int c) {
    return (c >= 0x1100 && c <= 0x115f)
        || (c >= 0x2e80 && c <= 0xa4cf)
        || (c >= 0xac00 && c <= 0xd7a3)
        || (c >= 0xf900 && c <= 0xfaff)
        || (c >= 0xfe30 && c <= 0xfe6f)
        || (c >= 0xff00 && c <= 0xff60)
        || (c >= 0xffe0 && c <= 0xffe6)
        || (c >= 0x1f300 && c <= 0x1faff)
        || (c >= 0x20000 && c <= 0x3fffd);
  }

  /** At most so many columns; what is too long ends with an ellipsis. */
  static String cut(String text, int columns) {
    if (of(text) <= columns) {
      return text;
    }
    return columns < 1 ? "" : start(text, columns - 1) + CUT;
  }

  /** As much of the start of a text as fits. */
  private static String start(String text, int columns) {
    StringBuilder start = new StringBuilder();
    int used = 0;
    for (int c : text.codePoints().toArray()) {
      used += of(c);
      if (used > columns) {
        break;
      }
      start.appendCodePoint(c);
    }
    return start.toString();
  }

  /** A text in lines of at most so many columns, broken between words where that is possible. */
  static List<String> fold(String text, int columns) {
    int width = Math.max(2, columns);
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : text.split(" ", -1)) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (of(longer) <= width) {
        line = longer;
        continue;
      }
      if (!line.isEmpty()) {
        lines.add(line);
      }
      line = word;
      while (of(line) > width) {
        String start = start(line, width);
        lines.add(start);
        line = line.substring(start.length());
      }
    }
    lines.add(line);
    return lines;
  }
}
