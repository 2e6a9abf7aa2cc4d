package dev.modelcar.lint.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.YamlReader;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.StreamSupport;

/**
 * A structural schema of a CustomResourceDefinition, as far as it decides on anything.
 *
 * @param type empty where any is allowed
 * @param additional of all fields that are not in {@code properties}
 * @param open whether unknown fields are kept
 * @param mapKeys the fields that tell items of a list apart
 * @param unique whether a list is a set
 */
public record Schema(
    String type,
    Map<String, Schema> properties,
    Optional<Schema> additional,
    Optional<Schema> items,
    List<String> required,
    List<String> values,
    Optional<Pattern> pattern,
    String format,
    Limits limits,
    boolean nullable,
    boolean open,
    boolean intOrString,
    List<String> mapKeys,
    boolean unique,
    Optional<Value> standard) {

  /** Of something that the schema says nothing of. */
  static final Schema CLOSED = unknown(false);

  /** Of something in which all is kept. */
  public static final Schema OPEN = unknown(true);

  private static Schema unknown(boolean open) {
    return new Schema(
        "",
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        "",
        new Limits(
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty()),
        false,
        open,
        false,
        List.of(),
        false,
        Optional.empty());
  }

  /** Limits of numbers, texts and lists. */
  record Limits(
      OptionalDouble minimum,
      OptionalDouble maximum,
      OptionalInt shortest,
      OptionalInt longest,
      OptionalInt fewest,
      OptionalInt most) {}

  /** Reads schemas; what is referred to is read once. */
  static final class Reader {
    private final JsonNode definitions;
    private final Map<String, Schema> known = new HashMap<>();

    Reader(JsonNode definitions) {
      this.definitions = definitions;
    }

    Schema read(JsonNode node) {
      String reference = node.path("$ref").asText();
      if (reference.isEmpty()) {
        return schema(node);
      }
      Schema before = known.get(reference);
      if (before == null) {
        before = schema(definitions.path(reference));
        known.put(reference, before);
      }
      return before;
    }

    private Schema schema(JsonNode node) {
      Map<String, Schema> properties = new LinkedHashMap<>();
      node.path("properties")
          .properties()
          .forEach(entry -> properties.put(entry.getKey(), read(entry.getValue())));
      JsonNode additional = node.path("additionalProperties");
      boolean any = additional.isBoolean() && additional.asBoolean();
      String listType = node.path("x-kubernetes-list-type").asText();
      return new Schema(
          node.path("type").asText(),
          Map.copyOf(properties),
          additional.isObject() ? Optional.of(read(additional)) : Optional.empty(),
          node.has("items") ? Optional.of(read(node.path("items"))) : Optional.empty(),
          texts(node.path("required")),
          texts(node.path("enum")),
          pattern(node.path("pattern").asText()),
          node.path("format").asText(),
          new Limits(
              decimal(node.path("minimum")),
              decimal(node.path("maximum")),
              integer(node.path("minLength")),
              integer(node.path("maxLength")),
              integer(node.path("minItems")),
              integer(node.path("maxItems"))),
          node.path("nullable").asBoolean(),
          any || node.path("x-kubernetes-preserve-unknown-fields").asBoolean(),
          node.path("x-kubernetes-int-or-string").asBoolean(),
          listType.equals("map") ? texts(node.path("x-kubernetes-list-map-keys")) : List.of(),
          listType.equals("set"),
          node.has("default")
              ? Optional.of(YamlReader.value(node.path("default").toString()))
              : Optional.empty());
    }

    private static Optional<Pattern> pattern(String text) {
      try {
        return text.isEmpty() ? Optional.empty() : Optional.of(Pattern.compile(text));
      } catch (PatternSyntaxException _) {
        return Optional.empty(); // not Java's syntax: nothing can be said
      }
    }

    private static List<String> texts(JsonNode list) {
      return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
    }

    private static OptionalDouble decimal(JsonNode node) {
      return node.isNumber() ? OptionalDouble.of(node.asDouble()) : OptionalDouble.empty();
    }

    private static OptionalInt integer(JsonNode node) {
      return node.isNumber() ? OptionalInt.of(node.asInt()) : OptionalInt.empty();
    }
  }
}
