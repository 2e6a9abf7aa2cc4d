package dev.modelcar.lint.tree;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A value of a document. What was made, not read, has the place of what it was made from. */
public sealed interface Value {
  Place start();

  Place end();

  /** An object; where a key stands twice, the last one counts. */
  record Mapping(Map<String, Field> fields, List<Repeated> repeated, Place start, Place end)
      implements Value {
    public Mapping {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
      repeated = List.copyOf(repeated);
    }

    public Mapping(Map<String, Field> fields, Place start, Place end) {
      this(fields, List.of(), start, end);
    }

    /** A field that there is. */
    public Field field(String name) {
      return Objects.requireNonNull(fields.get(name));
    }

    /** The same with other fields. */
    public Mapping with(Map<String, Field> others) {
      return new Mapping(others, repeated, start, end);
    }

    /** The same with one more field, or another value of one, at the place of the object. */
    public Mapping with(String name, Value value) {
      Map<String, Field> others = new LinkedHashMap<>(fields);
      Field before = others.get(name);
      others.put(
          name,
          before == null
              ? new Field(name, start, start, value)
              : before.with(before.name(), value));
      return with(others);
    }

    /** The same without a field. */
    public Mapping without(String name) {
      Map<String, Field> others = new LinkedHashMap<>(fields);
      others.remove(name);
      return with(others);
    }
  }

  /** A field of an object: its key from {@code start} to {@code end}, and its value. */
  record Field(String name, Place start, Place end, Value value) {
    public Field with(String otherName, Value other) {
      return new Field(otherName, start, end, other);
    }
  }

  /** A key that stood before, and what it had there. */
  record Repeated(Field field, Value before) {}

  /** A list. */
  record Sequence(List<Value> items, Place start, Place end) implements Value {
    public Sequence {
      items = List.copyOf(items);
    }

    /** The same with other items. */
    public Sequence with(List<Value> others) {
      return new Sequence(others, start, end);
    }
  }

  /** What a scalar is in JSON. */
  enum ScalarType {
    STRING,
    INTEGER,
    NUMBER,
    BOOLEAN,
    NULL
  }

  /** A scalar; a number in the text that JSON has for it. */
  record Scalar(ScalarType type, String text, Place start, Place end) implements Value {
    /** Another text at the same place. */
    public Scalar string(String other) {
      return new Scalar(ScalarType.STRING, other, start, end);
    }
  }

  /** A text where something else stood. */
  static Scalar string(String text, Value at) {
    return new Scalar(ScalarType.STRING, text, at.start(), at.end());
  }

  /** Whether this is null. */
  default boolean isNull() {
    return this instanceof Scalar(ScalarType type, String _, Place _, Place _)
        && type == ScalarType.NULL;
  }

  /** What JSON calls this. */
  default String kind() {
    return switch (this) {
      case Mapping _ -> "an object";
      case Sequence _ -> "a list";
      case Scalar scalar ->
          switch (scalar.type()) {
            case STRING -> "a string";
            case INTEGER -> "an integer";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
          };
    };
  }

  /** Equal to that of another value if both are the same JSON, wherever they stand. */
  static Object content(Value value) {
    return switch (value) {
      case Mapping mapping -> {
        Map<String, Object> content = new HashMap<>();
        mapping.fields().forEach((name, field) -> content.put(name, content(field.value())));
        yield content;
      }
      case Sequence sequence -> sequence.items().stream().map(Value::content).toList();
      case Scalar scalar -> Map.entry(scalar.type(), scalar.text());
    };
  }
}
