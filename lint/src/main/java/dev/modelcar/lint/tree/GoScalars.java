package dev.modelcar.lint.tree;

import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.ScalarType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a plain scalar is to the YAML reader of Kubernetes, which follows YAML 1.1: {@code yes} and
 * {@code on} are booleans, {@code 0777} is octal.
 */
final class GoScalars {
  private static final Set<String> TRUE =
      Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
  private static final Set<String> FALSE =
      Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> NOT_FINITE =
      Set.of(
          ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
          "-.Inf", "-.INF");
  private static final Pattern INTEGER =
      Pattern.compile(
          "[-+]?(?:0[xX](?<hex>[0-9a-fA-F]+)|0[bB](?<bin>[01]+)|0[oO]?(?<oct>[0-7]+)|(?<dec>0|[1-9][0-9]*))");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?");
  private static final Pattern DOTTED = Pattern.compile("\\.[0-9]+(?:[eE][-+]?[0-9]+)?");
  private static final BigInteger LIMIT = BigInteger.TWO.pow(64);

  /** More than an integer of 64 bits has in any notation: it can only be a float, or a text. */
  private static final int MOST_DIGITS = 1_000;

  private GoScalars() {}

  static Scalar resolve(String text, Place start, Place end) {
    if (NULL.contains(text)) {
      return new Scalar(ScalarType.NULL, "", start, end);
    }
    if (TRUE.contains(text) || FALSE.contains(text)) {
      return new Scalar(ScalarType.BOOLEAN, String.valueOf(TRUE.contains(text)), start, end);
    }
    if (NOT_FINITE.contains(text)) {
      return new Scalar(ScalarType.NUMBER, text.toLowerCase(Locale.ROOT), start, end);
    }
    char first = text.charAt(0);
    if (first == '.' && DOTTED.matcher(text).matches()) {
      return number(text, start, end);
    }
    if (Character.isDigit(first) || first == '-' || first == '+') {
      String plain = text.replace("_", "");
      var matcher = INTEGER.matcher(plain);
      if (plain.length() <= MOST_DIGITS && matcher.matches()) {
        BigInteger integer = integer(matcher, plain.startsWith("-"));
        if (integer.bitLength() < 64
            || (integer.signum() > 0 && integer.compareTo(LIMIT) < 0)
            || integer.equals(BigInteger.valueOf(Long.MIN_VALUE))) {
          return new Scalar(ScalarType.INTEGER, integer.toString(), start, end);
        }
      }
      if (FLOAT.matcher(plain).matches()) {
        return number(plain, start, end);
      }
    }
    return new Scalar(ScalarType.STRING, text, start, end);
  }

  private static BigInteger integer(java.util.regex.Matcher matcher, boolean negative) {
    BigInteger value =
        matcher.group("hex") != null
            ? new BigInteger(matcher.group("hex"), 16)
            : matcher.group("bin") != null
                ? new BigInteger(matcher.group("bin"), 2)
                : matcher.group("oct") != null
                    ? new BigInteger(matcher.group("oct"), 8)
                    : new BigInteger(matcher.group("dec"));
    return negative ? value.negate() : value;
  }

  /** As Go writes a float: a whole one without a fraction, which makes it an integer in JSON. */
  private static Scalar number(String text, Place start, Place end) {
    double value = Double.parseDouble(text);
    if (!Double.isFinite(value)) {
      return new Scalar(ScalarType.STRING, text, start, end);
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e21) {
      return new Scalar(
          ScalarType.INTEGER, new BigDecimal(value).toBigInteger().toString(), start, end);
    }
    BigDecimal exact = new BigDecimal(Double.toString(value));
    String form =
        Math.abs(value) < 1e-6 || Math.abs(value) >= 1e21
            ? Double.toString(value).replace("E", "e")
            : exact.stripTrailingZeros().toPlainString();
    return new Scalar(ScalarType.NUMBER, form, start, end);
  }
}
