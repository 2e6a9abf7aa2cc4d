package dev.modelcar.packaging.selection;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A pattern by the rules of the Hub's client, which are those of Python's {@code fnmatchcase}:
 * {@code *} is any text, slashes included; {@code ?} one character; {@code [a-z]} and {@code
 * [!a-z]} one of a set; nothing escapes. It has to match the whole path. A pattern that ends in a
 * slash means all that lies below.
 */
final class HubPattern {
  private final Pattern pattern;

  private HubPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  static HubPattern of(String text) {
    String normal = text.replace('\\', '/');
    return new HubPattern(
        Pattern.compile(translate(normal.endsWith("/") ? normal + "*" : normal), Pattern.DOTALL));
  }

  static List<HubPattern> all(List<String> texts) {
    return texts.stream().map(HubPattern::of).toList();
  }

  boolean matches(String path) {
    return pattern.matcher(path).matches();
  }

  private static String translate(String text) {
    StringBuilder regex = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i++);
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        case '[' -> {
          int end = endOfSet(text, i);
          if (end < 0) {
            regex.append("\\[");
          } else {
            regex.append(set(text.substring(i, end)));
            i = end + 1;
          }
        }
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }

  /** Where the set ends that begins behind a bracket; a bracket in first place belongs to it. */
  private static int endOfSet(String text, int start) {
    int i = start;
    if (i < text.length() && text.charAt(i) == '!') {
      i++;
    }
    if (i < text.length() && text.charAt(i) == ']') {
      i++;
    }
    while (i < text.length() && text.charAt(i) != ']') {
      i++;
    }
    return i < text.length() ? i : -1;
  }

  private static String set(String content) {
    boolean negated = content.startsWith("!");
    String members = negated ? content.substring(1) : content;
    StringBuilder set = new StringBuilder(negated ? "[^" : "[");
    for (int i = 0; i < members.length(); i++) {
      char c = members.charAt(i);
      boolean range = c == '-' && i > 0 && i < members.length() - 1;
      if (range && members.charAt(i - 1) > members.charAt(i + 1)) {
        return negated ? "." : "(?!)"; // an empty range, as Python has it
      }
      if (!range && !Character.isLetterOrDigit(c)) {
        set.append('\\');
      }
      set.append(c);
    }
    return set.append(']').toString();
  }
}
