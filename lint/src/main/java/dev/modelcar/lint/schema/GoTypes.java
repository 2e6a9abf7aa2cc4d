package dev.modelcar.lint.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The fields of Go types, by name of the type.
 *
 * @param structs for each type its fields, each with what it holds: {@code string}, {@code []T},
 *     {@code {}T} for a map, {@code *T}, {@code ~Name} for what has a decoder of its own; a {@code
 *     ?} at the end where it is left out when empty
 */
public record GoTypes(Map<String, Map<String, String>> structs) {
  public static final String METADATA = "meta.v1.ObjectMeta";

  static GoTypes read(JsonNode node) {
    Map<String, Map<String, String>> structs = new HashMap<>();
    node.properties()
        .forEach(type -> {
          Map<String, String> fields = new TreeMap<>();
          type.getValue()
              .properties()
              .forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
          structs.put(type.getKey(), Collections.unmodifiableMap(fields));
        });
    return new GoTypes(structs);
  }

  /** The fields of a struct; none if the name is not that of one. */
  public Map<String, String> fields(String type) {
    return structs.getOrDefault(type, Map.of());
  }

  /** The field of this name, else one that differs in case only, as Go's decoder finds it. */
  public static Optional<String> find(Map<String, String> fields, String name) {
    if (fields.containsKey(name)) {
      return Optional.of(name);
    }
    String folded = name.toLowerCase(Locale.ROOT);
    return fields.keySet().stream()
        .filter(each -> each.toLowerCase(Locale.ROOT).equals(folded))
        .findFirst();
  }
}
