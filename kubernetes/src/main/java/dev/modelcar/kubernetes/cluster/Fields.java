package dev.modelcar.kubernetes.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object for which there is no type here. What is missing, or is something else
 * than was asked for, is empty.
 *
 * @param map the fields by name
 */
public record Fields(Map<String, Object> map) {
  private static final Fields NONE = new Fields(Map.of());

  /** The fields of an object as it was parsed; none if it is no object. */
  public static Fields of(@Nullable Object object) {
    if (!(object instanceof Map<?, ?> some)) {
      return NONE;
    }
    Map<String, Object> map = new LinkedHashMap<>();
    some.forEach((key, value) -> map.put(String.valueOf(key), value));
    return new Fields(map);
  }

  /** The fields of a resource, but for its metadata. */
  public static Fields of(GenericKubernetesResource resource) {
    return of(resource.getAdditionalProperties());
  }

  /** The fields of an object below. */
  public Fields at(String... path) {
    Fields fields = this;
    for (String name : path) {
      fields = of(fields.map.get(name));
    }
    return fields;
  }

  /** A field that is a text, a number or a switch, as text. */
  public Optional<String> text(String name) {
    Object value = map.get(name);
    return value instanceof Map || value instanceof List
        ? Optional.empty()
        : Optional.ofNullable(value).map(Object::toString);
  }

  /** The objects of a list. */
  public List<Fields> list(String name) {
    List<Fields> objects = new ArrayList<>();
    if (map.get(name) instanceof List<?> several) {
      for (Object one : several) {
        if (one instanceof Map<?, ?>) {
          objects.add(of(one));
        }
      }
    }
    return objects;
  }

  public boolean has(String name) {
    return map.get(name) != null;
  }

  /** A copy that can be changed, down to its fields but no deeper. */
  public Map<String, Object> copy() {
    return new LinkedHashMap<>(map);
  }
}
