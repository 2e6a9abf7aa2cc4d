package dev.modelcar.http;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a server asks clients to wait. */
public final class RetryAfter {
  private static final Pattern REMAINING = Pattern.compile("\\br=(\\d{1,9})\\b");
  private static final Pattern RESET = Pattern.compile("\\bt=(\\d{1,9})\\b");

  private RetryAfter() {}

  /**
   * From {@code RateLimit} when nothing remains of the quota, else from {@code Retry-After},
   * seconds or a date (RFC 9110, section 10.2.3). A second is added, for these are whole seconds.
   */
  public static Optional<Duration> of(HttpHeaders headers, Instant now) {
    Optional<String> limit = headers.first("RateLimit");
    if (limit.isPresent()) {
      Matcher remaining = REMAINING.matcher(limit.get());
      Matcher reset = RESET.matcher(limit.get());
      if (remaining.find() && Long.parseLong(remaining.group(1)) == 0 && reset.find()) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(reset.group(1)) + 1));
      }
    }
    return headers.first("Retry-After").map(String::strip).flatMap(value -> parse(value, now));
  }

  private static Optional<Duration> parse(String value, Instant now) {
    if (value.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value) + 1));
    }
    try {
      Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(now, date).plusSeconds(1);
      return Optional.of(wait.isNegative() ? Duration.ofSeconds(1) : wait);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
