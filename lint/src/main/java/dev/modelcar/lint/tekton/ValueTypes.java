package dev.modelcar.lint.tekton;

import dev.modelcar.lint.decode.ParamValue;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Value.Scalar;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The types of values in a pipeline: of literals, of its own parameters and of the results of tasks
 * that stand in it. Whatever else a value refers to has a type that is not known here.
 *
 * @param params types of the pipeline's parameters
 * @param tasks whose results are known
 */
record ValueTypes(Map<String, String> params, Map<String, EmbeddedTask> tasks) {
  static final String STRING = "string";
  static final String ARRAY = "array";
  static final String OBJECT = "object";

  /** A text that is one reference; with a name in brackets it is not looked into. */
  private static final Pattern PARAM =
      Pattern.compile(
          "\\$\\(params\\.([_a-zA-Z0-9-]+)(\\.[_a-zA-Z0-9.-]+)?(?:\\[([0-9]+|\\*)\\])?\\)");

  static boolean isKnown(String type) {
    return type.equals(STRING) || type.equals(ARRAY) || type.equals(OBJECT);
  }

  /** As messages name it. */
  static String article(String type) {
    return switch (type) {
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      default -> "a " + type;
    };
  }

  static ValueTypes literals() {
    return new ValueTypes(Map.of(), Map.of());
  }

  /** The type that Tekton has once it has filled in all variables; empty if that is not known. */
  Optional<String> of(At value) {
    if (!(value.value() instanceof Scalar)) {
      return Optional.of(ParamValue.type(value.value()));
    }
    String text = value.text();
    if (!text.contains("$(")) {
      return Optional.of(STRING);
    }
    Matcher param = PARAM.matcher(text);
    if (param.matches()) {
      return param(param);
    }
    for (ResultUse use : ResultUse.in(text)) {
      if (use.whole()) {
        return result(use);
      }
    }
    // Variables beside other text leave a text; one alone may be anything.
    return text.startsWith("$(") && text.endsWith(")") ? Optional.empty() : Optional.of(STRING);
  }

  private Optional<String> param(Matcher reference) {
    Optional<String> type = Optional.ofNullable(params.get(reference.group(1)));
    String index = Optional.ofNullable(reference.group(3)).orElse("");
    if (type.isEmpty() || (index.equals("*") && type.get().equals(STRING))) {
      return Optional.empty();
    }
    boolean part = reference.group(2) != null || (!index.isEmpty() && !index.equals("*"));
    return part ? Optional.of(STRING) : type;
  }

  private Optional<String> result(ResultUse use) {
    EmbeddedTask source = tasks.get(use.task());
    Optional<At> result =
        source == null || use.last() ? Optional.empty() : source.result(use.result());
    if (source == null || result.isEmpty()) {
      return Optional.empty();
    }
    String type = result.get().get("type").text();
    if (source.isMatrix()) {
      return use.isList() ? Optional.of(ARRAY) : Optional.empty();
    }
    if (!use.key().isEmpty() || (!use.index().isEmpty() && !use.isList())) {
      return Optional.of(STRING);
    }
    return use.isList() && type.equals(STRING) ? Optional.empty() : Optional.of(type);
  }

  /** A text that is a parameter with {@code [*]}, though that is neither a list nor an object. */
  Optional<String> notWhole(String text) {
    Matcher param = PARAM.matcher(text);
    return param.matches()
            && "*".equals(param.group(3))
            && param.group(2) == null
            && STRING.equals(params.get(param.group(1)))
        ? Optional.of(param.group(1))
        : Optional.empty();
  }
}
