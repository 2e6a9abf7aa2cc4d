package dev.modelcar.lint.tekton;

import dev.modelcar.lint.decode.ParamValue;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A declared parameter.
 *
 * @param properties types of an object's keys; empty if none are declared
 */
record Param(
    String name,
    String type,
    Optional<Value> standard,
    Optional<Map<String, String>> properties,
    List<String> values,
    At at) {

  static List<Param> declared(At list) {
    List<Param> params = new ArrayList<>();
    for (At at : list.items()) {
      At properties = at.get("properties");
      At standard = at.get("default");
      params.add(
          new Param(
              at.get("name").text(),
              at.get("type").text(),
              standard.isPresent() ? Optional.of(standard.value()) : Optional.empty(),
              properties.isPresent() ? Optional.of(types(properties)) : Optional.empty(),
              at.get("enum").texts(),
              at));
    }
    return params;
  }

  private static Map<String, String> types(At properties) {
    Map<String, String> types = new TreeMap<>();
    properties.fields().forEach(field -> types.put(field.name(), field.get("type").text()));
    return types;
  }

  /** As a run declares it by giving it a value. */
  static Param given(At at) {
    At value = at.get("value");
    String type = ParamValue.type(value.value());
    Map<String, String> keys =
        value.fields().stream()
            .collect(Collectors.toMap(At::name, _ -> "string", (a, _) -> a, TreeMap::new));
    return new Param(
        at.get("name").text(),
        type,
        Optional.of(value.value()),
        type.equals("object") ? Optional.of(keys) : Optional.empty(),
        List.of(),
        at);
  }

  Param with(Optional<Map<String, String>> others) {
    return new Param(name, type, standard, others, values, at);
  }

  boolean isArray() {
    return type.equals("array");
  }

  boolean isObject() {
    return type.equals("object");
  }

  Set<String> keys() {
    return properties.orElse(Map.of()).keySet();
  }

  static Set<String> names(Collection<Param> params) {
    return params.stream().map(Param::name).collect(Collectors.toSet());
  }

  static Set<String> arrays(Collection<Param> params) {
    return params.stream().filter(Param::isArray).map(Param::name).collect(Collectors.toSet());
  }

  static List<Param> objects(Collection<Param> params) {
    return params.stream().filter(Param::isObject).toList();
  }
}
