package dev.modelcar.lint;

import dev.modelcar.lint.tree.Place;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognizes files that become YAML only when something is filled in, such as those of Helm. */
final class Templates {
  /** An action where YAML would have a line, a key or a plain value, or one of Helm anywhere. */
  private static final Pattern ACTION =
      Pattern.compile(
          "(?m)^[ \\t]*(?:- )*(?:[\\w./-]+:[ \\t]+)?\\{\\{-?[ \\t]*(?:[.$]|/\\*|\\w+[ \\t]*\\}\\}"
              + "|(?:if|else|end|range|with|define|include|template|block|toYaml|tpl|required|default|quote|printf)\\b)"
              + "|\\{\\{-?[ \\t]*\\.(?:Values|Release|Chart)\\."
              // Mustache, Jinja
              + "|^[ \\t]*\\{\\{\\{?[>#/^&!]|^[ \\t]*\\{[%#][-+ \\t]");

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{\\w+[^}]*}");

  private Templates() {}

  /** Whether a line has a variable of a shell, as envsubst and Kustomize's relatives fill in. */
  static boolean hasVariable(String line) {
    return VARIABLE.matcher(line).find();
  }

  static Optional<Place> find(String text) {
    Matcher matcher = ACTION.matcher(text);
    if (!matcher.find()) {
      return Optional.empty();
    }
    int line = (int) text.substring(0, matcher.start()).chars().filter(c -> c == '\n').count() + 1;
    int column = matcher.group().indexOf('{') + 1;
    int index = text.codePointCount(0, matcher.start()) + column - 1;
    return Optional.of(new Place(index, line, column));
  }
}
