package dev.modelcar.cli.views;

import dev.modelcar.http.SafeUri;
import java.time.Duration;
import java.util.regex.Pattern;

/** Numbers as people read them, and texts from elsewhere. */
public final class Texts {
  private static final Pattern BREAKS =
      Pattern.compile("[\\t\\n\\x0b\\f\\r\\x85\\x{2028}\\x{2029}]+");
  private static final Pattern OBEYED = Pattern.compile("[\\p{Cc}\\p{Cf}]");

  private Texts() {}

  /** {@code 0.4 s}, {@code 12 s}, {@code 3 min 5 s}, {@code 2 h 10 min}. */
  public static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (duration.toMillis() < 10_000) {
      return "%.1f s".formatted(duration.toMillis() / 1000.0);
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return "%d min %d s".formatted(seconds / 60, seconds % 60);
    }
    return "%d h %d min".formatted(seconds / 3600, seconds % 3600 / 60);
  }

  /** The time left, no more precise than an estimate can be. */
  static String left(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return seconds + " s left";
    }
    if (duration.compareTo(Duration.ofDays(1)) > 0) {
      return "more than a day left";
    }
    return seconds < 3600
        ? "%d min left".formatted(seconds / 60)
        : "%d h %d min left".formatted(seconds / 3600, seconds % 3600 / 60);
  }

  /**
   * A text from anywhere, in one line that may be shown: a terminal obeys nothing in it, and reads
   * it in one direction.
   */
  public static String printable(String text) {
    // Nobody means to publish the password of a URL.
    return OBEYED
        .matcher(BREAKS.matcher(SafeUri.withoutPasswords(text)).replaceAll(" "))
        .replaceAll("?");
  }

  /** {@code 1 layer}, {@code 2 layers}. */
  public static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
