package dev.modelcar.findings.logs;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines that another log is quoted with: they begin with a time long before what printed them. */
public final class OldLines {
  private static final Pattern DATED =
      Pattern.compile(
          "^\\W*(?:[\\w./-]+[:|] ?\\s*)?(?:time=\")?(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d))");

  /** More than clocks and time zones are apart. */
  private static final Duration LONG = Duration.ofHours(15);

  private OldLines() {}

  /** The lines that something printed itself, as far as they tell. */
  public static List<String> without(List<String> lines, Optional<Instant> started) {
    return started
        .map(start ->
            lines.stream()
                .filter(line -> at(line).map(time -> time.isAfter(start.minus(LONG))).orElse(true))
                .toList())
        .orElse(lines);
  }

  private static Optional<Instant> at(String line) {
    Matcher matcher = DATED.matcher(line);
    if (!matcher.find()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(matcher.group(1)).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
