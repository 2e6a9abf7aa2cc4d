package dev.modelcar.findings.diagnosis;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as Kubernetes writes them, such as {@code 512Mi}. */
final class Quantity {
  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)([kKMGTPE]i?)?");

  private Quantity() {}

  /** In bytes; 0 for what is no size. */
  static BigDecimal bytes(String quantity) {
    Matcher matcher = FORM.matcher(quantity);
    if (!matcher.matches()) {
      return BigDecimal.ZERO;
    }
    String unit = matcher.group(2) == null ? "" : matcher.group(2);
    int power = unit.isEmpty() ? 0 : "kMGTPE".indexOf(unit.replace('K', 'k').charAt(0)) + 1;
    return new BigDecimal(matcher.group(1))
        .multiply(BigDecimal.valueOf(unit.endsWith("i") ? 1024 : 1000).pow(power));
  }
}
