package dev.modelcar.lint.tree;

import dev.modelcar.lint.tree.Value.Field;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.ScalarType;
import dev.modelcar.lint.tree.Value.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * A value with its path. What is not there has the place of what it would belong to, so that a path
 * may be followed without asking at each step.
 *
 * @param name the last part of the path: the key, empty for an item and for the root
 * @param place where a finding on this is shown: its key, or the start of an item
 */
public record At(Value value, String path, String name, Place place) {
  private static final Scalar NOTHING = new Scalar(ScalarType.NULL, "", Place.START, Place.START);

  /** The root of a document. */
  public static At root(Value value) {
    return new At(value, "", "", value.start());
  }

  /** Whether there is a value, and it is not null. */
  public boolean isPresent() {
    return !value.isNull();
  }

  public boolean isAbsent() {
    return value.isNull();
  }

  /** A field of a field. */
  public At get(String... names) {
    At at = this;
    for (String each : names) {
      at = at.field(each);
    }
    return at;
  }

  private At field(String field) {
    String below = below(path, field);
    if (value instanceof Mapping mapping) {
      Field found = mapping.fields().get(field);
      if (found != null) {
        return new At(found.value(), below, field, found.start());
      }
    }
    return new At(NOTHING, below, field, place);
  }

  /** The path of a field. */
  public static String below(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  /** The items of a list; none if it is something else. */
  public List<At> items() {
    if (!(value instanceof Sequence sequence)) {
      return List.of();
    }
    List<At> items = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      Value item = sequence.items().get(i);
      items.add(new At(item, path + "[" + i + "]", "", item.start()));
    }
    return items;
  }

  /** The fields of an object; none if it is something else. */
  public List<At> fields() {
    if (!(value instanceof Mapping mapping)) {
      return List.of();
    }
    return mapping.fields().values().stream()
        .map(field -> new At(field.value(), below(path, field.name()), field.name(), field.start()))
        .toList();
  }

  /** How many items or fields there are. */
  public int size() {
    return switch (value) {
      case Mapping mapping -> mapping.fields().size();
      case Sequence sequence -> sequence.items().size();
      case Scalar _ -> 0;
    };
  }

  /** The text of a scalar; empty if it is absent or something else. */
  public String text() {
    return value instanceof Scalar scalar ? scalar.text() : "";
  }

  /** Whether there is a text, and it is not empty. */
  public boolean hasText() {
    return !text().isEmpty();
  }

  /** A whole number; 0 if it is absent or something else. */
  public long number() {
    try {
      return Long.parseLong(text());
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The texts of a list. */
  public List<String> texts() {
    return items().stream().map(At::text).toList();
  }
}
