package dev.modelcar.lint.decode;

import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.Value.Field;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.ScalarType;
import dev.modelcar.lint.tree.Value.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Values of Tekton's parameters and results: a text, a list of texts or an object of texts;
 * anything else becomes the text that JSON has for it.
 */
public final class ParamValue {
  private ParamValue() {}

  static Value decode(Value value) {
    return switch (value) {
      case Scalar scalar -> scalar.string(scalar.text());
      case Sequence sequence -> {
        List<Value> texts = new ArrayList<>();
        for (Value item : sequence.items()) {
          text(item).ifPresent(texts::add);
        }
        yield texts.size() == sequence.items().size()
            ? sequence.with(texts)
            : Value.string(JsonText.of(value), value);
      }
      case Mapping mapping -> {
        Map<String, Field> texts = new LinkedHashMap<>();
        mapping
            .fields()
            .forEach((name, field) ->
                text(field.value()).ifPresent(text -> texts.put(name, field.with(name, text))));
        yield texts.size() == mapping.fields().size()
            ? mapping.with(texts)
            : Value.string(JsonText.of(value), value);
      }
    };
  }

  private static Optional<Scalar> text(Value value) {
    return value instanceof Scalar scalar
            && (scalar.type() == ScalarType.STRING || scalar.type() == ScalarType.NULL)
        ? Optional.of(scalar.string(scalar.text()))
        : Optional.empty();
  }

  /** {@code string}, {@code array} or {@code object}. */
  public static String type(Value value) {
    return switch (value) {
      case Sequence _ -> "array";
      case Mapping _ -> "object";
      case Scalar _ -> "string";
    };
  }
}
