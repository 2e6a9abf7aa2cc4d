package dev.modelcar.lint.schema;

import dev.modelcar.lint.rules.Problem.Quote;
import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.GoDuration;
import dev.modelcar.lint.tree.Quantity;
import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.ScalarType;
import dev.modelcar.lint.tree.Value.Sequence;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What a schema refuses: types, missing fields, values. */
public final class Validator {
  private static final Set<String> ROOT = Set.of("apiVersion", "kind", "metadata");
  private final Problems problems;

  public Validator(Problems problems) {
    this.problems = problems;
  }

  public void validate(At at, Schema schema) {
    if (at.isAbsent() && schema.nullable()) {
      return;
    }
    if (!hasType(at, schema)) {
      return;
    }
    switch (at.value()) {
      case Mapping _ -> object(at, schema);
      case Sequence sequence -> list(at, sequence, schema);
      case Scalar scalar -> scalar(at, scalar, schema);
    }
  }

  private boolean hasType(At at, Schema schema) {
    String wanted = schema.intOrString() ? "an integer or a string" : article(schema.type());
    boolean right =
        switch (at.value()) {
          case Mapping _ -> schema.type().equals("object");
          case Sequence _ -> schema.type().equals("array");
          case Scalar scalar ->
              switch (scalar.type()) {
                case STRING -> schema.type().equals("string") || schema.intOrString();
                case INTEGER ->
                    schema.type().equals("integer")
                        || schema.type().equals("number")
                        || schema.intOrString();
                case NUMBER -> schema.type().equals("number");
                case BOOLEAN -> schema.type().equals("boolean");
                case NULL -> false;
              };
        };
    if (right || (schema.type().isEmpty() && !schema.intOrString())) {
      return true;
    }
    String text = at.value() instanceof Scalar ? " (%s)".formatted(at.text()) : "";
    boolean duration = GoDuration.isMeantBy(at.path());
    boolean quote =
        schema.type().equals("string")
            && at.value() instanceof Scalar
            && at.isPresent()
            && (!duration || GoDuration.parse(at.text()).isPresent());
    problems.add(
        Rule.FIELD_TYPE,
        at.place(),
        at.path(),
        "%s is %s%s, not %s"
            .formatted(label(at), at.value().kind(), at.isAbsent() ? "" : text, wanted),
        quote ? "Quote it: \"%s\".".formatted(at.text()) : duration ? GoDuration.HOW : "",
        quote ? Optional.of(new Quote()) : Optional.empty());
    return false;
  }

  private static String article(String type) {
    return switch (type) {
      case "object", "integer" -> "an " + type;
      case "array" -> "a list";
      default -> "a " + type;
    };
  }

  private static String label(At at) {
    return at.name().isEmpty() ? at.path().isEmpty() ? "the document" : at.path() : at.name();
  }

  private void object(At at, Schema schema) {
    for (String name : schema.required()) {
      if (!(at.value() instanceof Mapping mapping && mapping.fields().containsKey(name))) {
        problems.add(
            Rule.FIELD_REQUIRED,
            at.place(),
            At.below(at.path(), name),
            "%s is missing".formatted(At.below(at.path(), name)),
            "Add it.",
            Optional.empty());
      }
    }
    for (At field : at.fields()) {
      if (at.path().isEmpty() && ROOT.contains(field.name())) {
        continue;
      }
      Schema below = schema.properties().get(field.name());
      if (below != null) {
        validate(field, below);
      } else if (schema.additional().isPresent()) {
        validate(field, schema.additional().get());
      }
    }
  }

  private void list(At at, Sequence sequence, Schema schema) {
    int size = sequence.items().size();
    if (size < schema.limits().fewest().orElse(0)
        || size > schema.limits().most().orElse(Integer.MAX_VALUE)) {
      value(at, "%s has %d items".formatted(label(at), size));
    }
    schema.items().ifPresent(items -> at.items().forEach(item -> validate(item, items)));
    if (schema.unique() || !schema.mapKeys().isEmpty()) {
      Set<Object> seen = new HashSet<>();
      for (At item : at.items()) {
        Value key = schema.unique() ? item.value() : key(item, schema);
        if (!seen.add(Value.content(key))) {
          problems.add(
              Rule.NAME_REPEATED,
              item,
              "%s repeats an item of the list".formatted(item.path())
                  + (schema.unique() ? "" : ": same " + String.join(", ", schema.mapKeys())),
              "Remove one of the two.");
        }
      }
    }
  }

  private static Value key(At item, Schema schema) {
    return new Sequence(
        schema.mapKeys().stream().map(name -> item.get(name).value()).toList(),
        item.place(),
        item.place());
  }

  private void scalar(At at, Scalar scalar, Schema schema) {
    if (!schema.values().isEmpty() && !schema.values().contains(scalar.text())) {
      value(
          at,
          "%s is %s, not one of %s"
              .formatted(label(at), scalar.text(), String.join(", ", schema.values())));
    }
    if (scalar.type() == ScalarType.STRING) {
      int length = scalar.text().codePointCount(0, scalar.text().length());
      if (length < schema.limits().shortest().orElse(0)
          || length > schema.limits().longest().orElse(Integer.MAX_VALUE)) {
        value(at, "%s has %d characters".formatted(label(at), length));
      }
      if (schema.pattern().isPresent() && !schema.pattern().get().matcher(scalar.text()).find()) {
        if (schema.intOrString()) {
          problems.add(
              Rule.FIELD_TYPE,
              at,
              "%s is no quantity: %s".formatted(label(at), scalar.text()),
              Quantity.HOW);
        } else {
          value(
              at,
              "%s is %s, which does not match %s"
                  .formatted(label(at), scalar.text(), schema.pattern().get().pattern()));
        }
      }
      if (schema.format().equals("date-time")
          && !scalar.text().matches("\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d:\\d\\d.*")) {
        value(at, "%s is no time: %s".formatted(label(at), scalar.text()));
      }
    } else if (scalar.type() == ScalarType.INTEGER || scalar.type() == ScalarType.NUMBER) {
      number(at, scalar, schema);
    }
  }

  private void number(At at, Scalar scalar, Schema schema) {
    double number = new BigDecimal(scalar.text()).doubleValue();
    boolean tooLong =
        schema.format().equals("int32")
            && (number > Integer.MAX_VALUE || number < Integer.MIN_VALUE);
    if (tooLong
        || number < schema.limits().minimum().orElse(Double.NEGATIVE_INFINITY)
        || number > schema.limits().maximum().orElse(Double.POSITIVE_INFINITY)) {
      value(at, "%s is out of bounds: %s".formatted(label(at), scalar.text()));
    }
  }

  private void value(At at, String message) {
    problems.add(Rule.FIELD_VALUE, at, message);
  }
}
