package dev.modelcar.core;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: binary units, because memory, buffers and disks here are. */
public final class ByteSize {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  private static final Pattern TEXT =
      Pattern.compile(
          "(\\d{1,15})(?:\\.(\\d{1,3}))?\\s*([kmgtp]?)(i?b?)", Pattern.CASE_INSENSITIVE);

  private ByteSize() {}

  /** {@code 1536} becomes {@code 1.5 KiB}; at most one decimal, none for plain bytes. */
  public static String format(long bytes) {
    double value = bytes;
    int unit = 0;
    // With one decimal, 1023.95 would be written as 1024.0: that is one of the next unit.
    while (value >= (unit == 0 ? 1024 : 1023.95) && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    String number = unit == 0 ? Long.toString(bytes) : String.format(Locale.ROOT, "%.1f", value);
    return number + " " + UNITS[unit];
  }

  /**
   * Reads {@code 512}, {@code 64k}, {@code 1.5 GiB}, {@code 256M} or {@code 2GB}, all with units of
   * 1024; nothing if it is not a size or does not fit.
   */
  public static OptionalLong parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    int power = "kmgtp".indexOf(matcher.group(3).toLowerCase(Locale.ROOT)) + 1;
    if (matcher.group(3).isEmpty()) {
      power = 0;
    }
    double fraction = matcher.group(2) == null ? 0 : Double.parseDouble("0." + matcher.group(2));
    double value = (Long.parseLong(matcher.group(1)) + fraction) * Math.pow(1024, power);
    return value > Long.MAX_VALUE / 2.0 ? OptionalLong.empty() : OptionalLong.of((long) value);
  }
}
