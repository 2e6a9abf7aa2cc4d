package dev.modelcar.sizing.llamacpp;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.weights.GgufContents;
import dev.modelcar.sizing.model.SizingError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The keys of a GGUF header that describe a model, checked when they are asked for. */
final class GgufValues {
  private static final long LARGEST = 1L << 40;

  private final GgufContents contents;
  private final String name;
  private final String architecture;

  GgufValues(String name, GgufContents contents) {
    this.name = name;
    this.contents = contents;
    this.architecture =
        Optional.ofNullable(contents.values().get("general.architecture"))
            .filter(value -> value instanceof String)
            .map(Object::toString)
            .orElseThrow(() -> invalid("it names no general.architecture"));
  }

  String architecture() {
    return architecture;
  }

  boolean has(String key) {
    return contents.values().containsKey(architecture + "." + key);
  }

  OptionalLong whole(String key) {
    Object value = contents.values().get(architecture + "." + key);
    if (value instanceof List<?> list) {
      value = list.stream().filter(item -> item instanceof Long).findFirst().orElse(null);
    }
    if (value == null) {
      return OptionalLong.empty();
    }
    if (!(value instanceof Long number)) {
      throw invalid("%s is %s, not a whole number".formatted(key, shown(value)));
    }
    return OptionalLong.of(checked(key, number, LARGEST));
  }

  long required(String key, long most) {
    long value =
        whole(key)
            .orElseThrow(() ->
                invalid("it has no %s.%s".formatted(shown(architecture).replace("\"", ""), key)));
    if (value < 1 || value > most) {
      throw invalid("%s is %d, not between 1 and %d".formatted(key, value, most));
    }
    return value;
  }

  private long checked(String key, long number, long most) {
    if (number < 0 || number > most) {
      throw invalid("%s is %d, not between 0 and %d".formatted(key, number, most));
    }
    return number;
  }

  /** A value for each layer; one number stands for all. */
  List<Long> perLayer(String key, int layers, long standard) {
    Object value = contents.values().get(architecture + "." + key);
    if (value instanceof List<?> list) {
      List<Long> numbers = new ArrayList<>();
      for (Object item : list) {
        if (item instanceof Long number) {
          numbers.add(checked(key, number, LARGEST));
        } else if (item instanceof Boolean flag) {
          numbers.add(flag ? 1L : 0L);
        } else {
          throw invalid("%s contains %s, not a whole number".formatted(key, shown(item)));
        }
      }
      if (numbers.size() < layers) {
        throw invalid("%s has %d items for %d layers".formatted(key, numbers.size(), layers));
      }
      return numbers;
    }
    return Collections.nCopies(layers, whole(key).orElse(standard));
  }

  boolean isList(String key) {
    return contents.values().get(architecture + "." + key) instanceof List;
  }

  ModelcarException invalid(String why) {
    return new ModelcarException(
        SizingError.SIZING_CONFIG_INVALID,
        "the header of %s cannot be used: %s".formatted(name, why),
        "Correct the header, or get the file again from its source.",
        null);
  }

  private static String shown(Object value) {
    String quote = value instanceof String ? "\"" : "";
    String text = (quote + value + quote).replaceAll("[^ -~]", "?");
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }
}
