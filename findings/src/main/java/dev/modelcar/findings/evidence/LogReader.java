package dev.modelcar.findings.evidence;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Reads logs of any size in bounded memory, from the first byte to the last: what is kept is the
 * beginning, the end, and between them the lines that may tell why something failed.
 */
public final class LogReader {
  /** What is decoded as a whole. */
  private static final int SMALL = 1 << 20;

  private static final int BEGINNING = 8 << 10;
  private static final int LONGEST_LINE = 4 << 10;

  private LogReader() {}

  /**
   * What was read.
   *
   * @param lines as findings quote them; a line in brackets stands where lines were left out
   * @param whole whether nothing was left out of a log that is large
   */
  public record Excerpt(List<String> lines, boolean whole) {}

  /**
   * Whether a file is text, as far as its beginning tells: hardly a letter of any encoding is a
   * control character. Zeros do not count, which a log begins with that was cut while it was
   * written.
   */
  static boolean isText(Path file) throws IOException {
    try (InputStream in = open(file)) {
      int letters = 0;
      int controls = 0;
      for (byte each : in.readNBytes(BEGINNING)) {
        letters += each == 0 ? 0 : 1;
        controls += each > 0 && each < ' ' && "\t\n\r\f\b\u001b".indexOf(each) < 0 ? 1 : 0;
      }
      return controls * 33 <= letters;
    }
  }

  /** The bytes of a file; of one that is compressed, those in it. */
  static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BEGINNING);
    try {
      in.mark(2);
      byte[] mark = in.readNBytes(2);
      in.reset();
      boolean compressed = mark.length == 2 && mark[0] == 0x1f && mark[1] == (byte) 0x8b;
      return compressed ? new GZIPInputStream(in, BEGINNING) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** Reads a file. */
  public static Excerpt read(Path file) throws IOException {
    try (InputStream in = open(file)) {
      byte[] beginning = in.readNBytes(SMALL + 1);
      if (beginning.length <= SMALL) {
        return new Excerpt(lines(text(beginning)), true);
      }
      boolean wide =
          Math.min(beginning[0], beginning[1]) == -2 && Math.max(beginning[0], beginning[1]) == -1;
      int mark = wide ? 2 : 0;
      InputStream start = new ByteArrayInputStream(beginning, mark, beginning.length - mark);
      LogExcerpt excerpt = excerpt(new SequenceInputStream(start, in), wide);
      return new Excerpt(excerpt.lines(), excerpt.isWhole());
    }
  }

  /** The lines of a text, as findings quote them. */
  public static List<String> lines(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return excerpt(new ByteArrayInputStream(bytes), false).lines();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Splits at every kind of line end.
   *
   * @param wide whether it is UTF-16, which has zeros between the letters of programs
   */
  private static LogExcerpt excerpt(InputStream in, boolean wide) throws IOException {
    LogExcerpt excerpt = new LogExcerpt();
    byte[] buffer = new byte[256 << 10];
    ByteArrayOutputStream line = new ByteArrayOutputStream(LONGEST_LINE);
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      int from = 0;
      for (int i = 0; i < read; i++) {
        if (buffer[i] == '\n' || buffer[i] == '\r' || (wide && buffer[i] == 0)) {
          append(line, buffer, from, i);
          from = i + 1;
          if (buffer[i] != 0) {
            end(line, excerpt);
          }
        }
      }
      append(line, buffer, from, read);
    }
    end(line, excerpt);
    return excerpt;
  }

  private static void append(ByteArrayOutputStream line, byte[] buffer, int from, int to) {
    line.write(buffer, from, Math.min(to - from, LONGEST_LINE + 1 - line.size()));
  }

  private static void end(ByteArrayOutputStream line, LogExcerpt excerpt) {
    if (line.size() > LONGEST_LINE) {
      String cut = line.toString(StandardCharsets.UTF_8) + "…";
      excerpt.addCut(cut.getBytes(StandardCharsets.UTF_8));
    } else if (line.size() > 0) {
      excerpt.add(line.toByteArray());
    }
    line.reset();
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
}
