package dev.modelcar.lint.tree;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts as Kubernetes reads and writes them: {@code 500m}, {@code 8Gi}. */
public final class Quantity {
  private static final Pattern FORM =
      Pattern.compile(
          "(?<sign>[-+]?)(?<number>(?<=[-+])(?=$)|[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?<suffix>[KMGTPE]i|[numkMGTPE]|[eE][-+]?[0-9]+|)");
  private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
  private static final String DECIMAL = "num kMGTPE";
  private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

  /** What to write instead of what is none. */
  public static final String HOW =
      "Write a number with a unit of Kubernetes, such as 500m, 2 or 8Gi.";

  /** Far more than any amount needs. */
  private static final int LONGEST = 1_000;

  private Quantity() {}

  /** The amount; empty if the text is none. */
  public static Optional<BigDecimal> value(String text) {
    Matcher matcher = FORM.matcher(text);
    if (text.length() > LONGEST || !matcher.matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(matcher.group("sign") + digits(matcher.group("number")));
    String suffix = matcher.group("suffix");
    if (suffix.length() == 2 && suffix.endsWith("i")) {
      return Optional.of(number.multiply(KIBI.pow(BINARY.indexOf(suffix))));
    }
    return exponent(suffix).map(number::scaleByPowerOfTen);
  }

  private static String digits(String number) {
    return number.isEmpty() || number.endsWith(".") ? number + "0" : number;
  }

  private static Optional<Integer> exponent(String suffix) {
    if (suffix.isEmpty()) {
      return Optional.of(0);
    }
    if (suffix.length() > 1) {
      String digits = suffix.substring(1);
      return digits.length() > 4 ? Optional.empty() : Optional.of(Integer.parseInt(digits));
    }
    return Optional.of((DECIMAL.indexOf(suffix) - 3) * 3);
  }

  /** The same amount in the form in which it is stored. */
  public static String canonical(String text) {
    Matcher matcher = FORM.matcher(text);
    Optional<BigDecimal> parsed = value(text);
    if (parsed.isEmpty() || !matcher.matches()) {
      return text;
    }
    BigDecimal value = parsed.get().setScale(9, RoundingMode.UP).stripTrailingZeros();
    if (value.signum() == 0) {
      return "0";
    }
    String suffix = matcher.group("suffix");
    if (suffix.endsWith("i") && value.abs().compareTo(KIBI) >= 0 && value.scale() <= 0) {
      BigInteger whole = value.toBigIntegerExact();
      int power = 0;
      while (power < 6 && whole.mod(KIBI.toBigInteger()).signum() == 0) {
        whole = whole.divide(KIBI.toBigInteger());
        power++;
      }
      return whole + BINARY.get(power);
    }
    int power = Math.min(6, Math.max(-3, Math.floorDiv(-value.scale(), 3)));
    String number = value.scaleByPowerOfTen(-3 * power).toPlainString();
    if (suffix.length() > 1 && !suffix.endsWith("i")) {
      return power == 0 ? number : number + "e" + 3 * power;
    }
    return number + (power == 0 ? "" : DECIMAL.charAt(power + 3));
  }
}
