package dev.modelcar.findings.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An object of a cluster, or a part of one. What is not there reads as empty.
 *
 * @param node as JSON
 */
public record KubeObject(JsonNode node) {

  /** What lies at a path. */
  public KubeObject at(String... path) {
    JsonNode found = node;
    for (String key : path) {
      found = found.path(key);
    }
    return new KubeObject(found);
  }

  /** The text, number or flag at a path; empty if there is none. */
  public String text(String... path) {
    JsonNode found = at(path).node;
    return found.isValueNode() && !found.isNull() ? found.asText() : "";
  }

  /** The whole number at a path, 0 if there is none. */
  public int number(String... path) {
    return at(path).node.asInt(0);
  }

  /** The elements of the list at a path. */
  public List<KubeObject> list(String... path) {
    JsonNode found = at(path).node;
    List<KubeObject> elements = new ArrayList<>();
    if (found.isArray()) {
      found.forEach(element -> elements.add(new KubeObject(element)));
    }
    return elements;
  }

  /** The time at a path. */
  public Optional<Instant> time(String... path) {
    String text = text(path);
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  public boolean isEmpty() {
    return node.isMissingNode() || node.isNull() || (node.isContainerNode() && node.isEmpty());
  }

  public String kind() {
    return text("kind");
  }

  public String name() {
    return text("metadata", "name");
  }

  public String namespace() {
    return text("metadata", "namespace");
  }

  public String label(String key) {
    return text("metadata", "labels", key);
  }

  /** As findings name it, such as {@code taskrun/NAME}. */
  public String reference() {
    return kind().toLowerCase(Locale.ROOT) + "/" + name();
  }

  public Optional<Instant> created() {
    return time("metadata", "creationTimestamp");
  }

  /** Whether an object of this kind and name owns it. */
  public boolean isOwnedBy(String kind, String name) {
    return list("metadata", "ownerReferences").stream()
        .anyMatch(owner -> owner.text("kind").equals(kind) && owner.text("name").equals(name));
  }

  /** The condition of a type; empty if there is none. */
  public KubeObject condition(String type) {
    return list("status", "conditions").stream()
        .filter(condition -> condition.text("type").equals(type))
        .findFirst()
        .orElseGet(() -> at("status", "no condition"));
  }
}
