package dev.modelcar.testkit.fault;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of a content.
 *
 * @param from inclusive
 * @param to exclusive
 */
record ByteRange(long from, long to) {
  private static final Pattern HEADER = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /** Reads a {@code Range} header; nothing if it is none, or one of several ranges. */
  static Optional<ByteRange> parse(String header, long size) {
    Matcher matcher = HEADER.matcher(header.strip());
    if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
      return Optional.empty();
    }
    if (matcher.group(1).isEmpty()) {
      long last = Long.parseLong(matcher.group(2));
      return Optional.of(new ByteRange(Math.max(0, size - last), size));
    }
    long from = Long.parseLong(matcher.group(1));
    long to = matcher.group(2).isEmpty() ? size : Long.parseLong(matcher.group(2)) + 1;
    return Optional.of(new ByteRange(from, Math.min(to, size)));
  }

  /** Whether the content has any byte of this range. */
  boolean isSatisfiable() {
    return from < to;
  }

  long length() {
    return to - from;
  }
}
