package dev.modelcar.lint.tree;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go reads and writes them: {@code 1h30m}, not {@code 1d}. */
public final class GoDuration {
  private static final Pattern PART = Pattern.compile("([0-9]*\\.?[0-9]*)(ns|us|µs|μs|ms|s|m|h)");
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns",
          1L,
          "us",
          1_000L,
          "µs",
          1_000L,
          "μs",
          1_000L,
          "ms",
          1_000_000L,
          "s",
          1_000_000_000L,
          "m",
          60_000_000_000L,
          "h",
          3_600_000_000_000L);

  /** Far more than any duration needs. */
  private static final int LONGEST = 1_000;

  private static final BigDecimal LIMIT = BigDecimal.valueOf(Long.MAX_VALUE);

  private static final Pattern FIELD =
      Pattern.compile(".*\\btimeout|(?:.*\\.)?timeouts\\.(?:pipeline|tasks|finally)");

  /** What to write instead of what is none. */
  public static final String HOW = "Write a number with a unit, such as 90s or 1h30m.";

  private GoDuration() {}

  /** Whether the field of this path takes one, where its schema knows only a string. */
  public static boolean isMeantBy(String path) {
    return FIELD.matcher(path).matches();
  }

  public static Optional<Duration> parse(String text) {
    boolean negative = text.startsWith("-");
    String rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    if (rest.isEmpty() || rest.length() > LONGEST) {
      return Optional.empty();
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher part = PART.matcher(rest);
    int position = 0;
    while (position < rest.length()) {
      part.region(position, rest.length());
      if (!part.lookingAt() || part.group(1).isEmpty() || part.group(1).equals(".")) {
        return Optional.empty();
      }
      String number = part.group(1).endsWith(".") ? part.group(1) + "0" : part.group(1);
      nanos =
          nanos.add(
              new BigDecimal(number)
                  .multiply(new BigDecimal(NANOS.getOrDefault(part.group(2), 0L))));
      position = part.end();
    }
    if (nanos.compareTo(LIMIT) > 0) {
      return Optional.empty();
    }
    long value = nanos.setScale(0, RoundingMode.DOWN).longValue();
    return Optional.of(Duration.ofNanos(negative ? -value : value));
  }

  /** As Go prints it: {@code 1h0m0s}. */
  public static String format(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    Duration size = duration.abs();
    String sign = duration.isNegative() ? "-" : "";
    if (size.compareTo(Duration.ofSeconds(1)) < 0) {
      long nanos = size.toNanos();
      return sign
          + (nanos < 1_000
              ? nanos + "ns"
              : nanos < 1_000_000
                  ? decimal(BigDecimal.valueOf(nanos, 3)) + "µs"
                  : decimal(BigDecimal.valueOf(nanos, 6)) + "ms");
    }
    long hours = size.toHours();
    long minutes = size.toMinutesPart();
    BigDecimal seconds =
        BigDecimal.valueOf(size.toSecondsPart() * 1_000_000_000L + size.toNanosPart(), 9);
    String text = decimal(seconds) + "s";
    if (hours > 0) {
      return sign + hours + "h" + minutes + "m" + text;
    }
    return sign + (minutes > 0 ? minutes + "m" : "") + text;
  }

  private static String decimal(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
