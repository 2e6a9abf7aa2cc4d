package dev.modelcar.findings.evidence;

import dev.modelcar.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/** What is kept of a log while it is read line by line. */
final class LogExcerpt {
  private static final int HEAD = 300;
  private static final int TAIL = 2700;

  /** Lines between them that are kept of the first that tell something, and of the last. */
  private static final int MIDDLE = 600;

  /** Lines after one that tells something show whether the work went on. */
  private static final int AFTER = 12;

  /** What a terminal obeys: CSI and OSC sequences, and single escapes. */
  private static final Pattern ANSI =
      Pattern.compile(
          "^\ufeff|\\x1b\\[[0-?]*[ -/]*[@-~]|\\x1b\\][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)|\\x1b[@-_]|[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]");

  /** Before each line with {@code kubectl logs --timestamps}. */
  private static final Pattern TIME =
      Pattern.compile(
          "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d) (?:std(?:out|err) [FP] )?");

  private static final String WRAPPED = "{\"log\":\"";

  private record Kept(long number, String line) {}

  private final List<byte[]> head = new ArrayList<>();
  private final List<Kept> first = new ArrayList<>();
  private final Deque<Kept> last = new ArrayDeque<>();
  private final Deque<byte[]> tail = new ArrayDeque<>();
  private final LogFilter filter = new LogFilter();
  private long passed;
  private int after;
  private boolean cut;

  /** Adds a line of which the rest is left out. */
  void addCut(byte[] line) {
    cut = true;
    add(line);
  }

  void add(byte[] line) {
    if (head.size() < HEAD) {
      head.add(line);
      return;
    }
    tail.add(line);
    if (tail.size() > TAIL) {
      pass(tail.remove());
    }
  }

  private void pass(byte[] line) {
    boolean tells = filter.tells(line);
    // Of stack traces and dumps there may be any number.
    boolean indented = line[0] == ' ' || line[0] == '\t';
    if (tells) {
      after = AFTER;
    }
    if (tells || (after > 0 && !indented)) {
      after -= tells ? 0 : 1;
      if (first.size() < MIDDLE) {
        first.add(new Kept(passed, plain(line)));
      } else {
        last.add(new Kept(passed, plain(line)));
        if (last.size() > MIDDLE) {
          last.remove();
        }
      }
    }
    passed++;
  }

  boolean isWhole() {
    return passed == first.size() && !cut;
  }

  /** As findings quote them. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    head.forEach(line -> add(plain(line), lines));
    long next = 0;
    List<Kept> kept = new ArrayList<>(first);
    kept.addAll(last);
    for (Kept each : kept) {
      mark(each.number() - next, lines);
      add(each.line(), lines);
      next = each.number() + 1;
    }
    mark(passed - next, lines);
    tail.forEach(line -> add(plain(line), lines));
    return lines;
  }

  private static void mark(long leftOut, List<String> lines) {
    if (leftOut > 0) {
      lines.add("[… %d lines left out …]".formatted(leftOut));
    }
  }

  private static void add(String line, List<String> lines) {
    if (!line.isEmpty()) {
      lines.add(line);
    }
  }

  static String plain(byte[] line) {
    String text = unwrapped(new String(line, StandardCharsets.UTF_8));
    return withoutTime(ANSI.matcher(text).replaceAll("")).stripTrailing();
  }

  static String withoutTime(String line) {
    return TIME.matcher(line).replaceFirst("");
  }

  /** What Docker wrote to a file for each line that a container printed. */
  private static String unwrapped(String line) {
    if (!line.startsWith(WRAPPED)) {
      return line;
    }
    try {
      return Json.text(Json.parse(line), "log").orElse(line);
    } catch (Json.InvalidJsonException e) {
      return line;
    }
  }
}
