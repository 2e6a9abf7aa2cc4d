package dev.modelcar.sizing.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.ModelcarException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A {@code config.json}, or an object in it, whose values are checked when they are asked for. */
final class Config {
  private static final long LARGEST = 1L << 40;
  private static final int MOST_ITEMS = 4096;

  private final JsonNode node;
  private final String where;

  Config(JsonNode node, String where) {
    this.node = node;
    this.where = where;
    if (!node.isObject()) {
      throw invalid("it is not a JSON object");
    }
  }

  List<String> keys() {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  Optional<Config> child(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    if (!node.get(key).isObject()) {
      throw invalid("%s is %s, not an object".formatted(key, shown(node.get(key))));
    }
    return Optional.of(new Config(node.get(key), where + ", " + key));
  }

  /** The first of several keys that has a whole number of at least {@code least}. */
  OptionalLong whole(long least, String... keys) {
    for (String key : keys) {
      if (has(key)) {
        JsonNode value = node.get(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
          throw invalid("%s is %s, not a whole number".formatted(key, shown(value)));
        }
        if (value.longValue() < least || value.longValue() > LARGEST) {
          throw invalid(
              "%s is %s, not between %d and %d".formatted(key, shown(value), least, LARGEST));
        }
        return OptionalLong.of(value.longValue());
      }
    }
    return OptionalLong.empty();
  }

  OptionalInt number(int most, String... keys) {
    return number(1, most, keys);
  }

  OptionalInt number(int least, int most, String... keys) {
    OptionalLong found = whole(least, keys);
    if (found.isPresent() && found.getAsLong() > most) {
      throw invalid(
          "%s is %d, more than any model has".formatted(present(keys), found.getAsLong()));
    }
    return found.isPresent() ? OptionalInt.of((int) found.getAsLong()) : OptionalInt.empty();
  }

  int required(int most, String... keys) {
    return number(most, keys)
        .orElseThrow(() -> invalid("it has no %s".formatted(String.join(" or ", keys))));
  }

  private String present(String... keys) {
    return List.of(keys).stream().filter(this::has).findFirst().orElse(keys[0]);
  }

  Optional<String> text(String key) {
    return Optional.ofNullable(node.get(key)).filter(JsonNode::isTextual).map(JsonNode::textValue);
  }

  boolean flag(String key, boolean standard) {
    if (!has(key)) {
      return standard;
    }
    if (!node.get(key).isBoolean()) {
      throw invalid("%s is %s, not true or false".formatted(key, shown(node.get(key))));
    }
    return node.get(key).booleanValue();
  }

  double real(String key, double standard) {
    JsonNode value = node.get(key);
    if (value == null || value.isNull()) {
      return standard;
    }
    if (!value.isNumber() || !Double.isFinite(value.doubleValue()) || value.doubleValue() <= 0) {
      throw invalid("%s is %s, not a positive number".formatted(key, shown(value)));
    }
    return value.doubleValue();
  }

  /** The objects of a list; empty if there is none. */
  List<Config> children(String key) {
    return items(key).stream().map(item -> new Config(item, where + ", " + key)).toList();
  }

  /** The texts of a list; empty if there is none. */
  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    items(key).forEach(item -> texts.add(item.isTextual() ? item.textValue() : shown(item)));
    return texts;
  }

  /** The whole numbers of a list; empty if there is none. */
  List<Integer> numbers(String key) {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode item : items(key)) {
      if (!item.canConvertToInt() || !item.isIntegralNumber()) {
        throw invalid("%s contains %s, not a whole number".formatted(key, shown(item)));
      }
      numbers.add(item.intValue());
    }
    return numbers;
  }

  private List<JsonNode> items(String key) {
    JsonNode list = node.path(key);
    List<JsonNode> items = new ArrayList<>();
    if (has(key) && !node.get(key).isArray()) {
      throw invalid("%s is %s, not a list".formatted(key, shown(node.get(key))));
    }
    if (has(key)) {
      if (list.size() > MOST_ITEMS) {
        throw invalid("%s has %d items, more than any model".formatted(key, list.size()));
      }
      list.forEach(items::add);
    }
    return items;
  }

  ModelcarException invalid(String why) {
    return new ModelcarException(
        SizingError.SIZING_CONFIG_INVALID, where + " cannot be used: " + why);
  }

  private static String shown(JsonNode value) {
    String text = value.isTextual() ? "\"" + value.textValue() + "\"" : value.toString();
    String clean = text.replaceAll("[^ -~]", "?");
    return clean.length() > 40 ? clean.substring(0, 40) + "…" : clean;
  }
}
