package dev.modelcar.lint.decode;

import dev.modelcar.lint.rules.Problem.Quote;
import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.schema.GoTypes;
import dev.modelcar.lint.schema.Homes;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.GoDuration;
import dev.modelcar.lint.tree.Quantity;
import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.Value.Field;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.ScalarType;
import dev.modelcar.lint.tree.Value.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Decodes an object into Go types, and writes it again: what a program gets to see of it, and what
 * comes out. A field without a value is left out, or gets the empty value of its type.
 */
public final class Decoder {
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d:\\d\\d.*");

  /** How strict the program is. */
  public enum Mode {
    /** Tekton's webhooks: ignore case, refuse unknown fields. */
    WEBHOOK,
    /** The API server: case matters, unknown fields are dropped. */
    SERVER
  }

  private final GoTypes types;
  private final Mode mode;
  private final Problems problems;
  private final Homes homes;

  public Decoder(GoTypes types, Mode mode, Problems problems, Homes homes) {
    this.types = types;
    this.mode = mode;
    this.problems = problems;
    this.homes = homes;
  }

  /** The object as the program writes it. */
  public Value decode(At at, String type) {
    String of = type.endsWith("?") ? type.substring(0, type.length() - 1) : type;
    if (of.startsWith("*")) {
      return at.isAbsent() ? at.value() : decode(at, of.substring(1));
    }
    if (of.startsWith("[]")) {
      return list(at, of.substring(2));
    }
    if (of.startsWith("{}")) {
      return map(at, of.substring(2));
    }
    if (of.startsWith("~")) {
      return special(at, of.substring(1));
    }
    return switch (of) {
      case "string", "bytes" -> scalar(at, ScalarType.STRING, "a string");
      case "bool" -> scalar(at, ScalarType.BOOLEAN, "true or false");
      case "int32", "int64" -> integer(at, of);
      case "float" ->
          at.value() instanceof Scalar scalar
                  && (scalar.type() == ScalarType.INTEGER || scalar.type() == ScalarType.NUMBER)
              ? at.value()
              : scalar(at, ScalarType.NUMBER, "a number");
      case "any" -> at.value();
      default -> struct(at, of);
    };
  }

  private Value struct(At at, String type) {
    if (!(at.value() instanceof Mapping mapping)) {
      return at.isAbsent() ? zero(at, type) : wrong(at, "an object");
    }
    Map<String, String> fields = types.fields(type);
    Map<String, Field> written = new LinkedHashMap<>();
    for (At each : at.fields()) {
      Field given = mapping.field(each.name());
      Optional<String> name =
          mode == Mode.WEBHOOK
              ? GoTypes.find(fields, each.name())
              : Optional.of(each.name()).filter(fields::containsKey);
      if (name.isEmpty()) {
        unknown(each, fields);
        continue;
      }
      String of = Objects.requireNonNull(fields.get(name.get()));
      Value value = decode(each, of);
      if (!(of.endsWith("?") && isEmpty(value, of))) {
        written.put(name.get(), given.with(name.get(), value));
      }
    }
    fields.forEach((name, of) -> {
      if (!written.containsKey(name) && (!of.endsWith("?") || isStruct(bare(of)))) {
        Value nothing = new Scalar(ScalarType.NULL, "", at.value().start(), at.value().start());
        At absent = new At(nothing, At.below(at.path(), name), name, at.place());
        if (of.equals("~ParamValue")) {
          problems.add(
              Rule.FIELD_REQUIRED, absent, "%s is missing".formatted(absent.path()), "Add it.");
        }
        written.put(name, new Field(name, at.place(), at.place(), decode(absent, of)));
      }
    });
    return mapping.with(written);
  }

  /** A struct is written even if nothing is in it. */
  private boolean isStruct(String type) {
    return type.equals("~RawExtension") || types.structs().containsKey(type);
  }

  private static String bare(String type) {
    return type.endsWith("?") ? type.substring(0, type.length() - 1) : type;
  }

  private Value zero(At at, String type) {
    Mapping empty = new Mapping(Map.of(), at.value().start(), at.value().end());
    return struct(new At(empty, at.path(), at.name(), at.place()), type);
  }

  /** What {@code omitempty} leaves out: never a struct, and nothing that a pointer points to. */
  private boolean isEmpty(Value value, String of) {
    if (of.startsWith("*")) {
      return value.isNull();
    }
    return switch (value) {
      case Scalar scalar ->
          scalar.type() == ScalarType.NULL
              || (!of.startsWith("~")
                  && (scalar.text().isEmpty()
                      || (scalar.type() == ScalarType.INTEGER && scalar.text().equals("0"))
                      || (scalar.type() == ScalarType.BOOLEAN && scalar.text().equals("false"))));
      case Sequence sequence -> sequence.items().isEmpty() && of.startsWith("[]");
      case Mapping mapping -> mapping.fields().isEmpty() && of.startsWith("{}");
    };
  }

  private void unknown(At field, Map<String, String> fields) {
    Homes.Advice advice = homes.of(field, fields.keySet());
    boolean refused = mode == Mode.WEBHOOK;
    problems.add(
        refused ? Rule.FIELD_UNKNOWN : Rule.FIELD_DROPPED,
        field.place(),
        field.path(),
        refused
            ? "unknown field %s: Tekton's webhook refuses it".formatted(field.name())
            : "unknown field %s: the server drops it".formatted(field.name()),
        advice.fix(),
        advice.edit());
  }

  private Value list(At at, String of) {
    if (!(at.value() instanceof Sequence sequence)) {
      return at.isAbsent() ? at.value() : wrong(at, "a list");
    }
    List<Value> items = new ArrayList<>();
    for (At item : at.items()) {
      items.add(decode(item, of));
    }
    return sequence.with(items);
  }

  private Value map(At at, String of) {
    if (!(at.value() instanceof Mapping mapping)) {
      return at.isAbsent() ? at.value() : wrong(at, "an object");
    }
    Map<String, Field> fields = new LinkedHashMap<>();
    for (At each : at.fields()) {
      Field given = mapping.field(each.name());
      fields.put(each.name(), given.with(each.name(), decode(each, of)));
    }
    return mapping.with(fields);
  }

  private Value scalar(At at, ScalarType type, String wanted) {
    if (at.isAbsent()) {
      return new Scalar(
          type,
          type == ScalarType.BOOLEAN ? "false" : type == ScalarType.STRING ? "" : "0",
          at.value().start(),
          at.value().end());
    }
    return at.value() instanceof Scalar scalar && scalar.type() == type
        ? scalar
        : wrong(at, wanted);
  }

  private Value integer(At at, String of) {
    Value value = scalar(at, ScalarType.INTEGER, "an integer");
    if (value instanceof Scalar scalar && scalar.type() == ScalarType.INTEGER) {
      try {
        if (of.equals("int32")) {
          Integer.parseInt(scalar.text());
        } else {
          Long.parseLong(scalar.text());
        }
      } catch (NumberFormatException _) {
        return wrong(at, of.equals("int32") ? "an integer of 32 bits" : "an integer of 64 bits");
      }
    }
    return value;
  }

  private Value wrong(At at, String wanted) {
    String text = at.value() instanceof Scalar ? " (%s)".formatted(at.text()) : "";
    boolean duration = GoDuration.isMeantBy(at.path());
    boolean quote =
        wanted.equals("a string")
            && at.value() instanceof Scalar
            && (!duration || GoDuration.parse(at.text()).isPresent());
    problems.add(
        Rule.FIELD_TYPE,
        at.place(),
        at.path(),
        "%s is %s%s, not %s".formatted(label(at), at.value().kind(), text, wanted),
        quote ? "Quote it: \"%s\".".formatted(at.text()) : duration ? GoDuration.HOW : "",
        quote ? Optional.of(new Quote()) : Optional.empty());
    return at.value();
  }

  private static String label(At at) {
    return at.name().isEmpty() ? at.path().isEmpty() ? "the document" : at.path() : at.name();
  }

  private Value special(At at, String name) {
    if (name.equals("ParamValue")) {
      return ParamValue.decode(at.value());
    }
    boolean text = at.value() instanceof Scalar scalar && scalar.type() == ScalarType.STRING;
    if (at.isAbsent()) {
      return switch (name) {
        case "Quantity" -> Value.string("0", at.value());
        case "IntOrString" ->
            new Scalar(ScalarType.INTEGER, "0", at.value().start(), at.value().end());
        default -> at.value();
      };
    }
    return switch (name) {
      case "Duration" -> duration(at, text);
      case "Quantity" -> quantity(at);
      case "IntOrString" -> text ? at.value() : integer(at, "int32");
      case "Time", "MicroTime", "VolatileTime" ->
          text && TIME.matcher(at.text()).matches()
              ? at.value()
              : wrong(at, "a time such as 2026-01-31T12:00:00Z");
      case "ResultType" -> text ? at.value() : wrong(at, "a string");
      default -> at.value();
    };
  }

  private Value duration(At at, boolean text) {
    Optional<Duration> duration = text ? GoDuration.parse(at.text()) : Optional.empty();
    if (duration.isEmpty()) {
      problems.add(
          Rule.FIELD_TYPE,
          at,
          "%s is no duration: %s".formatted(label(at), shown(at)),
          "Write hours, minutes and seconds, such as 1h30m; there are no days.");
      return at.value();
    }
    return Value.string(GoDuration.format(duration.get()), at.value());
  }

  private Value quantity(At at) {
    if (!(at.value() instanceof Scalar) || Quantity.value(at.text()).isEmpty()) {
      problems.add(
          Rule.FIELD_TYPE,
          at,
          "%s is no quantity: %s".formatted(label(at), shown(at)),
          Quantity.HOW);
      return at.value();
    }
    return Value.string(Quantity.canonical(at.text()), at.value());
  }

  private static String shown(At at) {
    return at.value() instanceof Scalar ? at.text() : at.value().kind();
  }
}
