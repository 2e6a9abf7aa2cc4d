package dev.modelcar.lint.schema;

import dev.modelcar.lint.tree.Quantity;
import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.Value.Field;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.ScalarType;
import dev.modelcar.lint.tree.Value.Sequence;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a Go program writes for required fields that it was not given, and for amounts that it was
 * given as numbers. A webhook that reads and writes an object so hides both from the schema.
 */
public final class Zeros {
  private Zeros() {}

  /** The object with empty values where the schema requires one. */
  public static Value fill(Value value, Schema schema) {
    return switch (value) {
      case Mapping mapping -> {
        Map<String, Field> fields = new LinkedHashMap<>();
        mapping
            .fields()
            .forEach((name, field) -> {
              Schema below =
                  schema.properties().getOrDefault(name, schema.additional().orElse(Schema.OPEN));
              fields.put(name, field.with(name, fill(field.value(), below)));
            });
        for (String name : schema.required()) {
          Schema below = schema.properties().getOrDefault(name, Schema.OPEN);
          Value zero = zero(below, value);
          if (!zero.isNull()) {
            fields.putIfAbsent(name, new Field(name, value.start(), value.start(), zero));
          }
        }
        yield mapping.with(fields);
      }
      case Sequence sequence -> {
        Schema each = schema.items().orElse(Schema.OPEN);
        yield sequence.with(
            sequence.items().stream()
                .map(item -> fill(item.isNull() ? zero(each, item) : item, each))
                .toList());
      }
      case Scalar scalar ->
          scalar.type() == ScalarType.NUMBER && isQuantity(schema)
              ? Value.string(Quantity.canonical(scalar.text()), scalar)
              : scalar;
    };
  }

  private static boolean isQuantity(Schema schema) {
    return schema.intOrString() && schema.pattern().isPresent();
  }

  private static Value zero(Schema schema, Value at) {
    return switch (schema.type()) {
      case "string" -> Value.string("", at);
      case "integer", "number" -> new Scalar(ScalarType.INTEGER, "0", at.start(), at.end());
      case "boolean" -> new Scalar(ScalarType.BOOLEAN, "false", at.start(), at.end());
      case "object" -> fill(new Mapping(Map.of(), at.start(), at.end()), schema);
      default -> new Scalar(ScalarType.NULL, "", at.start(), at.end());
    };
  }
}
