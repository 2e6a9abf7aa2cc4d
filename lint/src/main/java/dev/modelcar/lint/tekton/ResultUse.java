package dev.modelcar.lint.tekton;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a text uses the result of a task: {@code tasks.build.results.images[0]}.
 *
 * @param last whether the task is one of {@code finally}
 * @param index empty, {@code *} or a number
 * @param key of an object; empty if none
 * @param whole whether the text is nothing else
 */
record ResultUse(
    String expression,
    boolean last,
    String task,
    String result,
    String index,
    String key,
    boolean whole) {
  private static final Pattern NAME = Pattern.compile("([^\\[]*)(?:\\[([0-9]+|\\*)\\])?");

  static List<ResultUse> in(String text) {
    List<ResultUse> found = new ArrayList<>();
    for (String expression : Variables.expressions(text)) {
      of(expression, text.length() == expression.length() + "$()".length()).ifPresent(found::add);
    }
    return found;
  }

  private static Optional<ResultUse> of(String expression, boolean whole) {
    Optional<ResultRef> reference = ResultRef.parse(expression);
    if (reference.isEmpty()) {
      return Optional.empty();
    }
    String[] parts = expression.split("\\.", -1);
    boolean keyed = parts.length > 4;
    Matcher name = NAME.matcher(parts[parts.length - 1]);
    boolean matches = name.matches();
    String index = matches && name.group(2) != null ? name.group(2) : "";
    return Optional.of(
        new ResultUse(
            expression,
            parts[0].equals("finally"),
            reference.get().task(),
            reference.get().result(),
            index,
            keyed && matches ? name.group(1) : "",
            whole));
  }

  boolean isList() {
    return index.equals("*");
  }

  String shown() {
    return "$(" + expression + ")";
  }
}
