package dev.modelcar.http.ranges;

import dev.modelcar.http.HttpHeaders;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bytes a response carries (RFC 9110, section 14.4).
 *
 * @param first the offset of the first byte
 * @param last the offset of the last byte
 * @param total the length of the file, if it is known
 */
public record ContentRange(long first, long last, OptionalLong total) {
  private static final Pattern RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})(?:/(\\d{1,18}|\\*))?");

  /** What the headers say; nothing if that is no range. */
  public static Optional<ContentRange> of(HttpHeaders headers) {
    Matcher matcher = RANGE.matcher(headers.first("Content-Range").orElse("").strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String total = matcher.group(3);
    return Optional.of(
        new ContentRange(
            Long.parseLong(matcher.group(1)),
            Long.parseLong(matcher.group(2)),
            total == null || total.equals("*")
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(total))));
  }

  /** Whether these are the bytes from an offset to before another one, of a file of some size. */
  public boolean is(long from, long to, long size) {
    return first == from && last == to - 1 && total.orElse(size) == size;
  }
}
