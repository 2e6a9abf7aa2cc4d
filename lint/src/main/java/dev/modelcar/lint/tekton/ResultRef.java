package dev.modelcar.lint.tekton;

import dev.modelcar.lint.tree.At;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A reference to the result of a task of a pipeline: {@code tasks.build.results.digest}. */
record ResultRef(String task, String result) {
  private static final int PARTS = 4;

  static boolean looksLike(String expression) {
    String[] parts = expression.split("\\.", -1);
    return parts.length >= PARTS
        && (parts[0].equals("tasks") || parts[0].equals("finally"))
        && parts[2].equals("results");
  }

  static boolean anyLooksLike(List<String> expressions) {
    return expressions.stream().anyMatch(ResultRef::looksLike);
  }

  static Optional<ResultRef> parse(String expression) {
    String[] parts = expression.split("\\.", -1);
    return looksLike(expression) && parts.length <= PARTS + 1
        ? Optional.of(
            new ResultRef(
                parts[1], parts.length == PARTS ? Variables.withoutIndex(parts[3]) : parts[3]))
        : Optional.empty();
  }

  static List<ResultRef> all(List<String> expressions) {
    return expressions.stream().flatMap(text -> parse(text).stream()).toList();
  }

  /** The expressions in a value: a text, or all texts of a list or an object. */
  static List<String> expressions(At value) {
    List<String> found = new ArrayList<>();
    texts(value).forEach(text -> found.addAll(Variables.expressions(text)));
    return found;
  }

  static List<String> texts(At value) {
    List<String> texts = new ArrayList<>();
    if (value.hasText()) {
      texts.add(value.text());
    }
    value.items().forEach(item -> texts.add(item.text()));
    value.fields().forEach(field -> texts.add(field.text()));
    return texts;
  }

  /** The expressions of a when expression. */
  static List<String> ofWhen(At when) {
    List<String> found = new ArrayList<>(Variables.expressions(when.get("input").text()));
    found.addAll(Variables.expressions(when.get("cel").text()));
    when.get("values").texts().forEach(text -> found.addAll(Variables.expressions(text)));
    return found;
  }
}
