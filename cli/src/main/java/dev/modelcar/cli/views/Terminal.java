package dev.modelcar.cli.views;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.IntSupplier;

/** A terminal whose last line is redrawn; whatever else is printed goes above it. */
public final class Terminal {
  private static final int STANDARD_COLUMNS = 80;
  private static final String ERASE = "\r\u001b[K";

  private final OutputStream device;
  private final IntSupplier width;
  private boolean shown;
  private boolean midLine;

  /**
   * @param device where it is written
   * @param width its columns now; 0 if unknown
   */
  Terminal(OutputStream device, IntSupplier width) {
    this.device = device;
    this.width = width;
  }

  /** The terminal behind standard error. */
  public static Terminal ofStandardError(OutputStream device, Map<String, String> variables) {
    int most = number(variables.getOrDefault("COLUMNS", ""));
    return new Terminal(
        device,
        () -> {
          int now = TerminalSize.columns();
          return now <= 0 ? most : most <= 0 ? now : Math.min(most, now);
        });
  }

  private static int number(String text) {
    return text.matches("[1-9]\\d{0,3}") ? Integer.parseInt(text) : 0;
  }

  /** The columns now: windows are resized. */
  int columns() {
    int columns = width.getAsInt();
    return columns > 0 ? columns : STANDARD_COLUMNS;
  }

  /** Redraws the last line. */
  synchronized void show(String line) {
    if (midLine) {
      // A prompt waits for input.
      return;
    }
    shown = true;
    write(ERASE + line);
  }

  /** Removes the last line. */
  synchronized void erase() {
    if (shown) {
      shown = false;
      write(ERASE);
    }
  }

  private void write(String text) {
    try {
      device.write(text.getBytes(StandardCharsets.UTF_8));
      device.flush();
    } catch (IOException e) {
      // The terminal is closed.
    }
  }

  /** A stream whose text goes above the last line. */
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
