package dev.modelcar.kubernetes.render;

import java.util.regex.Pattern;

/** Words as YAML writes them. */
final class Yaml {
  /** Neither a number, a date nor a mark of YAML begins with a letter. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z](?:[\\w./@:+-]*[\\w/+-])?");

  /** What some reader of YAML takes for something else than text. */
  private static final Pattern WORDS = Pattern.compile("(?i)true|false|yes|no|on|off|y|n|null");

  private Yaml() {}

  /**
   * A text that every reader of YAML takes for that text, in quotes where it must be.
   *
   * @param text without quotes, backslashes and control characters
   */
  static String scalar(String text) {
    boolean plain = PLAIN.matcher(text).matches() && !WORDS.matcher(text).matches();
    return plain ? text : "\"" + text + "\"";
  }
}
