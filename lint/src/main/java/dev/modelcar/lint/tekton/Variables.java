package dev.modelcar.lint.tekton;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * References to variables in texts, as Tekton finds them: {@code $(params.name)}, {@code
 * $(params["na.me"])}, {@code $(params.list[*])}. A prefix is a regular expression.
 */
final class Variables {
  /**
   * No longer than any name is, so that a text full of what only begins as a reference costs
   * little.
   */
  private static final String NAME = ".{0,300}?(?:\\[\\*\\])?";

  private static final Pattern INDEX = Pattern.compile("\\[([0-9])*\\*?\\]");
  private static final Pattern ANY =
      Pattern.compile("\\$\\([_a-zA-Z0-9.-]++(?:\\[(?:[0-9]++|\\*)\\])?\\)");
  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

  private Variables() {}

  /** What a text refers to; an error if that has too many parts. */
  private record Found(List<String> names, Optional<String> error) {}

  private static Pattern pattern(String prefix, String name) {
    return PATTERNS.computeIfAbsent(
        prefix + " " + name,
        _ ->
            Pattern.compile(
                "\\$\\((?:%1$s)(?:\\.(?<dotted>%2$s)|\\[\"(?<quoted>%2$s)\"\\]|\\['(?<single>%2$s)'\\])\\)"
                    .formatted(prefix, name),
                Pattern.UNIX_LINES));
  }

  private static String name(Matcher matcher) {
    for (String group : List.of("dotted", "quoted", "single")) {
      String text = matcher.group(group);
      if (text != null && !text.isEmpty()) {
        return text;
      }
    }
    return "";
  }

  private static boolean mayRefer(String text) {
    int start = text.indexOf("$(");
    return start >= 0 && text.indexOf(')', start) >= 0;
  }

  private static Found find(String text, String prefix) {
    List<String> names = new ArrayList<>();
    if (mayRefer(text)) {
      Matcher matcher = pattern(prefix, NAME).matcher(text);
      while (matcher.find()) {
        String dotted = matcher.group("dotted");
        if (dotted != null && dotted.contains(".")) {
          String[] parts = dotted.split("\\.", -1);
          if (parts.length > 2) {
            return new Found(
                names, Optional.of("%s has too many parts".formatted(matcher.group())));
          }
          names.add(parts[0]);
        } else {
          names.add(name(matcher));
        }
      }
    }
    return new Found(names, Optional.empty());
  }

  /** Whether a text refers to anything with this prefix. */
  static boolean any(String text, String prefix) {
    Found found = find(text, prefix);
    return found.error().isPresent() || !found.names().isEmpty();
  }

  /** What is wrong with a text that may refer to these only. */
  static Optional<String> unknown(String text, String prefix, Collection<String> known) {
    Found found = find(text, prefix);
    return found
        .error()
        .or(() ->
            found.names().stream()
                .map(name -> INDEX.matcher(name).replaceAll(""))
                .filter(name -> !known.contains(name))
                .findFirst()
                .map(name -> "%s is not declared".formatted(shown(prefix, name))));
  }

  /** What is wrong with a text that may not refer to these. */
  static Optional<String> prohibited(String text, String prefix, Collection<String> names) {
    Found found = find(text, prefix);
    return found
        .error()
        .or(() ->
            found.names().stream()
                .map(Variables::whole)
                .filter(names::contains)
                .findFirst()
                .map(name ->
                    "%s is no string: only items of command and args can be a whole list"
                        .formatted(shown(prefix, name))));
  }

  /** What is wrong with a text that may not refer to these as a whole, only to their parts. */
  static Optional<String> entire(String text, String prefix, Collection<String> names) {
    if (!mayRefer(text)) {
      return Optional.empty();
    }
    Matcher matcher = pattern(prefix, NAME).matcher(text);
    while (matcher.find()) {
      String name = whole(name(matcher));
      if (names.contains(name)) {
        return Optional.of(
            "%s is an object: refer to one of its keys".formatted(shown(prefix, name)));
      }
    }
    return Optional.empty();
  }

  /** What is wrong with a text that may be a reference to one of these, but not contain it. */
  static Optional<String> isolated(String text, String prefix, Collection<String> names) {
    Found found = find(text, prefix);
    if (found.error().isPresent() || found.names().isEmpty()) {
      return found.error();
    }
    Matcher first = pattern(prefix, NAME).matcher(text);
    boolean alone = first.find() && first.group().length() == text.length();
    return found.names().stream()
        .map(Variables::whole)
        .filter(names::contains)
        .filter(_ -> !alone)
        .findFirst()
        .map(name -> "%s is a list and has to stand alone".formatted(shown(prefix, name)));
  }

  /** Whether a text is nothing but a reference to a whole list or object. */
  static boolean isWhole(String text, String prefix) {
    return pattern(prefix, "[_a-zA-Z0-9.-]+\\[\\*\\]").matcher(text).matches();
  }

  /** The references in a text, each as it stands there. */
  static List<String> references(String text, String prefix) {
    return pattern(prefix, NAME).matcher(text).results().map(result -> result.group()).toList();
  }

  /** What stands between {@code $(} and {@code )}, of whatever prefix. */
  static List<String> expressions(String text) {
    return ANY.matcher(text)
        .results()
        .map(result -> result.group().substring(2, result.group().length() - 1))
        .toList();
  }

  static String withoutIndex(String name) {
    return INDEX.matcher(name).replaceAll("");
  }

  private static String whole(String name) {
    return name.endsWith("[*]") ? name.substring(0, name.length() - 3) : name;
  }

  private static String shown(String prefix, String name) {
    return "$(%s.%s)".formatted(prefix.replace("\\", ""), name);
  }
}
