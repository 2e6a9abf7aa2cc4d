package dev.modelcar.lint.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.Sequence;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.TreeMap;

/** Values as JSON, keys in the order in which a server writes them. */
public final class JsonText {
  private JsonText() {}

  /** Compact. */
  public static String of(Value value) {
    return tree(value).toString();
  }

  public static JsonNode tree(Value value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (value) {
      case Mapping mapping -> {
        ObjectNode object = nodes.objectNode();
        new TreeMap<>(mapping.fields())
            .forEach((name, field) -> object.set(name, tree(field.value())));
        yield object;
      }
      case Sequence sequence -> {
        ArrayNode array = nodes.arrayNode();
        sequence.items().forEach(item -> array.add(tree(item)));
        yield array;
      }
      case Scalar scalar ->
          switch (scalar.type()) {
            case STRING -> nodes.textNode(scalar.text());
            case INTEGER -> nodes.numberNode(new BigInteger(scalar.text()));
            case NUMBER -> number(scalar.text(), nodes);
            case BOOLEAN -> nodes.booleanNode(scalar.text().equals("true"));
            case NULL -> nodes.nullNode();
          };
    };
  }

  private static JsonNode number(String text, JsonNodeFactory nodes) {
    try {
      return nodes.numberNode(new BigDecimal(text));
    } catch (NumberFormatException _) {
      return nodes.textNode(text); // not finite: no JSON
    }
  }
}
