package dev.modelcar.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * The terminal that a person looks at. Its last line may be drawn again and again; whatever else is
 * printed takes its place, and it comes back below.
 */
public final class Terminal {
  private static final int STANDARD_COLUMNS = 80;
  private static final byte[] ERASE = "\r\u001b[K".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream device;
  private final IntSupplier width;
  private boolean shown;
  private boolean midLine;

  /**
   * @param device where it is written
   * @param width how many columns it has now; 0 where it does not say
   */
  Terminal(OutputStream device, IntSupplier width) {
    this.device = device;
    this.width = width;
  }

  /** The terminal behind standard error. */
  static Terminal ofStandardError(OutputStream device, Map<String, String> variables) {
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

  /** How many columns there are now: people change the size of windows. */
  int columns() {
    int columns = width.getAsInt();
    return columns > 0 ? columns : STANDARD_COLUMNS;
  }

  /** Draws the last line, in place of the one before. */
  synchronized void show(String line) {
    if (midLine) {
      // Somebody asks something, and waits for the answer.
      return;
    }
    shown = true;
    try {
      device.write(ERASE);
      device.write(line.getBytes(StandardCharsets.UTF_8));
      device.flush();
    } catch (IOException e) {
      // Nobody looks any more.
    }
  }

  /** Takes the last line away. */
  synchronized void erase() {
    if (shown) {
      shown = false;
      try {
        device.write(ERASE);
        device.flush();
      } catch (IOException e) {
        // Nobody looks any more.
      }
    }
  }

  /** A stream whose text goes above the last line. */
  OutputStream above(OutputStream stream) {
    return new OutputStream() {
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

      @Override
      public void flush() throws IOException {
        stream.flush();
      }

      @Override
      public void close() throws IOException {
        stream.close();
      }
    };
  }
}
