package dev.modelcar.modelregistry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Entries as JSON. */
final class EntryJson {
  private static final String PROPERTIES = "customProperties";

  /** What is no content, and may not be sent back. */
  private static final Set<String> FRAME =
      Set.of(
          "id",
          "name",
          "state",
          "artifactType",
          "registeredModelId",
          "createTimeSinceEpoch",
          "lastUpdateTimeSinceEpoch",
          PROPERTIES);

  private EntryJson() {}

  /** Reads an entry; empty if it has no id and no name. */
  static Optional<Entry> read(EntryKind kind, JsonNode json) {
    Optional<String> id = Json.text(json, "id").filter(text -> text.matches("\\d{1,19}"));
    Optional<String> name = Json.text(json, "name");
    if (id.isEmpty() || name.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Entry(
            kind,
            id.get(),
            Json.text(json, "registeredModelId"),
            name.get(),
            Json.text(json, "state")
                .orElse(kind == EntryKind.ARTIFACT ? Entry.UNKNOWN : Entry.LIVE),
            Json.text(json, "createTimeSinceEpoch"),
            contents(json)));
  }

  private static Contents contents(JsonNode json) {
    SortedMap<String, String> texts = new TreeMap<>();
    SortedMap<String, List<String>> lists = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (FRAME.contains(field.getKey())) {
        continue;
      }
      if (field.getValue().isTextual() && !field.getValue().textValue().isEmpty()) {
        texts.put(field.getKey(), field.getValue().textValue());
      } else if (field.getValue().isArray() && !field.getValue().isEmpty()) {
        List<String> words = new ArrayList<>();
        field.getValue().forEach(word -> words.add(word.asText()));
        lists.put(field.getKey(), words);
      }
    }
    SortedMap<String, Property> properties = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : json.path(PROPERTIES).properties()) {
      properties.put(field.getKey(), Property.of(field.getValue()));
    }
    return new Contents(texts, lists, properties);
  }

  /**
   * A body with a state, without which the server would set one of its own, and with all custom
   * properties, for it replaces them as a whole.
   */
  static ObjectNode body(EntryKind kind, String state, Contents contents) {
    ObjectNode json = Json.object();
    if (kind == EntryKind.ARTIFACT) {
      json.put("artifactType", "model-artifact");
    }
    json.put("state", state);
    contents.texts().forEach(json::put);
    contents
        .lists()
        .forEach((field, words) -> {
          ArrayNode list = json.putArray(field);
          words.forEach(list::add);
        });
    if (!contents.properties().isEmpty()) {
      ObjectNode properties = json.putObject(PROPERTIES);
      contents.properties().forEach((name, value) -> properties.set(name, value.json()));
    }
    return json;
  }
}
