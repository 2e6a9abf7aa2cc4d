package dev.modelcar.testkit.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a peer sends: lines through a buffer, bodies straight into the reader's own array. */
final class SocketInput extends InputStream {
  private final InputStream source;
  private final byte[] buffer = new byte[16 << 10];
  private int position;
  private int limit;

  SocketInput(InputStream source) {
    this.source = source;
  }

  @Override
  public int read() throws IOException {
    if (position == limit && !fill()) {
      return -1;
    }
    return buffer[position++] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position == limit) {
      if (length >= buffer.length) {
        return source.read(target, offset, length);
      }
      if (!fill()) {
        return -1;
      }
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(buffer, position, target, offset, count);
    position += count;
    return count;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, source.read(buffer, 0, buffer.length));
    return limit > 0;
  }

  /**
   * The next line without its end; nothing at the end of the stream.
   *
   * @throws BadRequestException if the line is longer than the limit
   */
  Optional<String> readLine(int longest) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    for (int next = read(); next != '\n'; next = read()) {
      if (next < 0) {
        return Optional.empty();
      }
      if (line.size() >= longest) {
        throw new BadRequestException(431, "a line longer than " + longest + " bytes");
      }
      line.write(next);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }
}
