package dev.modelcar.findings.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads logs of any size in bounded memory: the beginning, and the end. */
public final class LogReader {
  private static final int HEAD = 64 << 10;
  private static final int TAIL = 1 << 20;
  private static final int LONGEST_LINE = 4 << 10;
  private static final int MOST_LINES = 3000;

  /** What a terminal obeys: CSI and OSC sequences, and single escapes. */
  private static final Pattern ANSI =
      Pattern.compile(
          "\\x1b\\[[0-?]*[ -/]*[@-~]|\\x1b\\][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)|\\x1b[@-_]|[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]");

  /** Before each line with {@code kubectl logs --timestamps}. */
  private static final Pattern TIME =
      Pattern.compile(
          "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d) (?:std(?:out|err) [FP] )?");

  private LogReader() {}

  /**
   * What was read.
   *
   * @param whole whether nothing was left out
   */
  public record Excerpt(List<String> lines, boolean whole) {}

  /** Reads a file. */
  public static Excerpt read(Path file) throws IOException {
    long size = Files.size(file);
    if (size <= HEAD + TAIL) {
      try (InputStream in = Files.newInputStream(file)) {
        return new Excerpt(lines(text(in.readNBytes(HEAD + TAIL))), true);
      }
    }
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      String head = text(part(channel, 0, HEAD));
      String tail = text(part(channel, size - TAIL, TAIL));
      List<String> lines = new ArrayList<>(lines(head));
      List<String> last = lines(tail);
      lines.addAll(last.subList(Math.min(1, last.size()), last.size()));
      return new Excerpt(lines, false);
    }
  }

  private static byte[] part(SeekableByteChannel channel, long from, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    channel.position(from);
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
      // until it is full
    }
    byte[] bytes = new byte[buffer.position()];
    buffer.flip().get(bytes);
    return bytes;
  }

  /** Decodes what a shell wrote: UTF-8, or UTF-16 with a mark. */
  static String text(byte[] bytes) {
    Charset charset = StandardCharsets.UTF_8;
    if (bytes.length > 1 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xff) == 0xfe) {
      charset = StandardCharsets.UTF_16LE;
    } else if (bytes.length > 1 && (bytes[0] & 0xff) == 0xfe && (bytes[1] & 0xff) == 0xff) {
      charset = StandardCharsets.UTF_16BE;
    }
    String text = new String(bytes, charset);
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  /** The lines of a text, as findings quote them. */
  public static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    for (String line : text.split("\r\n|\n|\r", -1)) {
      String cut = line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line;
      String plain =
          TIME.matcher(ANSI.matcher(cut).replaceAll("")).replaceFirst("").stripTrailing();
      if (!plain.isEmpty()) {
        lines.add(plain);
      }
    }
    int size = lines.size();
    if (size <= MOST_LINES) {
      return lines;
    }
    List<String> kept = new ArrayList<>(lines.subList(0, MOST_LINES / 10));
    kept.addAll(lines.subList(size - MOST_LINES + kept.size(), size));
    return kept;
  }
}
