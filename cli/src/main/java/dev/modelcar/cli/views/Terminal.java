package dev.modelcar.cli.views;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/** A terminal whose last lines are redrawn; whatever else is printed goes above them. */
public final class Terminal {
  private static final int STANDARD_COLUMNS = 80;
  private static final String UP = "\u001b[A";
  private static final String ERASE_BELOW = "\r\u001b[J";

  private final OutputStream device;
  private final IntSupplier width;
  private final IntSupplier height;
  private List<Integer> shown = List.of();
  private boolean midLine;

  /**
   * @param device where it is written
   * @param width its columns now; 0 if unknown
   * @param height its rows now; 0 if unknown
   */
  Terminal(OutputStream device, IntSupplier width, IntSupplier height) {
    this.device = device;
    this.width = width;
    this.height = height;
  }

  /** The terminal behind standard error. */
  public static Terminal ofStandardError(OutputStream device, Map<String, String> variables) {
    int most = number(variables.getOrDefault("COLUMNS", ""));
    return new Terminal(
        device,
        () -> {
          int now = TerminalSize.columns();
          return now <= 0 ? most : most <= 0 ? now : Math.min(most, now);
        },
        TerminalSize::rows);
  }

  private static int number(String text) {
    return text.matches("[1-9]\\d{0,3}") ? Integer.parseInt(text) : 0;
  }

  /** The columns now: windows are resized. */
  int columns() {
    int columns = width.getAsInt();
    return columns > 0 ? columns : STANDARD_COLUMNS;
  }

  /** The rows now; 0 if unknown. */
  int rows() {
    return height.getAsInt();
  }

  /** Redraws the last lines. */
  synchronized void show(List<String> lines) {
    if (midLine) {
      // A prompt waits for input.
      return;
    }
    String text = erasing() + String.join("\n", lines);
    shown = lines.stream().map(Columns::of).toList();
    write(text);
  }

  /** Removes the last lines. */
  synchronized void erase() {
    if (!shown.isEmpty()) {
      String text = erasing();
      shown = List.of();
      write(text);
    }
  }

  /** A terminal that has become narrower has broken lines into several. */
  private String erasing() {
    int columns = columns();
    int rows = shown.stream().mapToInt(line -> Math.max(1, Math.ceilDiv(line, columns))).sum();
    return UP.repeat(Math.max(0, rows - 1)) + ERASE_BELOW;
  }

  private void write(String text) {
    try {
      device.write(text.getBytes(StandardCharsets.UTF_8));
      device.flush();
    } catch (IOException e) {
      // The terminal is closed.
    }
  }

  /** A stream whose text goes above the last lines. */
  public OutputStream above(OutputStream stream) {
    return new FilterOutputStream(stream) {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0) {
          synchronized (Terminal.this) {
            erase();
            midLine = bytes[offset + length - 1] != '\n';
            stream.write(bytes, offset, length);
          }
        }
      }
    };
  }
}
