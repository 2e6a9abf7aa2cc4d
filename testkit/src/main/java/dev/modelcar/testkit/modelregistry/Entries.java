package dev.modelcar.testkit.modelregistry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What the server has stored. One request at a time changes it. */
final class Entries {
  private static final Set<String> FRAME =
      Set.of("name", "state", "customProperties", "registeredModelId");
  private static final int LONGEST = 255;

  private record Stored(Kind kind, long id, String parent, ObjectNode json) {}

  private final ModelRegistryHabits habits;
  private final List<Stored> entries = new ArrayList<>();
  private long contexts;
  private long artifacts;
  private long time = 1_700_000_000_000L;

  Entries(ModelRegistryHabits habits) {
    this.habits = habits;
  }

  /**
   * @param union whether the body is of a union type, whose unknown fields nobody notices
   */
  synchronized ObjectNode create(Kind kind, String parent, ObjectNode body, boolean union)
      throws RefusedException {
    ObjectNode json = checked(kind, body, union, true);
    String name = json.path("name").asText("");
    if (name.isEmpty()) {
      throw new RefusedException(422, "required field 'name' is zero value.");
    }
    if (kind == Kind.VERSION && !body.path("registeredModelId").asText("").equals(parent)) {
      throw new RefusedException(422, "required field 'registeredModelId' is zero value.");
    }
    if (kind == Kind.ARTIFACT && habits.merging() && get(Kind.VERSION, parent).isEmpty()) {
      throw new RefusedException(404, "no model version found for id " + parent + ": not found");
    }
    long id = kind == Kind.ARTIFACT ? ++artifacts : ++contexts;
    String stored = parent.isEmpty() ? name : parent + ":" + name;
    if (stored.codePointCount(0, stored.length()) > LONGEST) {
      throw new RefusedException(
          500, "error saving model context: Error 1406 (22001): Data too long for column 'name'");
    }
    if (find(kind, name, parent).isPresent()) {
      throw new RefusedException(
          409, "%s with name %s already exists: conflict".formatted(kind.words(), stored));
    }
    if (!json.has(kind.stateField())) {
      json.put(kind.stateField(), kind.standardState());
    }
    json.put("id", Long.toString(id))
        .put("createTimeSinceEpoch", Long.toString(++time))
        .put("lastUpdateTimeSinceEpoch", Long.toString(time));
    entries.add(new Stored(kind, id, parent, json));
    return json.deepCopy();
  }

  synchronized ObjectNode patch(Kind kind, String id, ObjectNode body) throws RefusedException {
    ObjectNode changes = checked(kind, body, false, false);
    Stored stored = stored(kind, id).orElseThrow(() -> missing(kind, id));
    changes.properties().forEach(field -> stored.json().set(field.getKey(), field.getValue()));
    if (!changes.has(kind.stateField())) {
      stored.json().put(kind.stateField(), kind.standardState());
    }
    stored.json().put("lastUpdateTimeSinceEpoch", Long.toString(++time));
    ObjectNode shown = stored.json().deepCopy();
    if (!habits.merging()) {
      for (String list : List.of("language", "tasks")) {
        if (!changes.has(list)) {
          shown.remove(list);
        }
      }
    }
    return shown;
  }

  /** What of a body is stored. */
  private ObjectNode checked(Kind kind, ObjectNode body, boolean union, boolean creating)
      throws RefusedException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      String name = field.getKey();
      boolean known =
          (kind.has(name) && !habits.unknownFields().contains(name))
              || (FRAME.contains(name)
                  && (creating || !(name.equals("name") || name.equals("registeredModelId"))));
      if (known && !field.getValue().isNull()) {
        json.set(name, field.getValue());
      } else if (!known && !union) {
        throw new RefusedException(400, "json: unknown field \"%s\"".formatted(name));
      }
    }
    if (json.has(kind.stateField())) {
      kind.checkState(json.get(kind.stateField()).asText());
    }
    for (Map.Entry<String, JsonNode> property : json.path("customProperties").properties()) {
      checkProperty(property.getKey(), property.getValue());
    }
    return json;
  }

  private static void checkProperty(String name, JsonNode value) throws RefusedException {
    if (!value.isObject() || !value.path("metadataType").isTextual()) {
      throw new RefusedException(400, "failed to unmarshal MetadataValue: " + name);
    }
    if (name.length() > LONGEST) {
      throw new RefusedException(500, "error saving properties: Data too long for column 'name'");
    }
    if (value.has("int_value") && !value.path("int_value").asText().matches("-?\\d{1,9}")) {
      throw new RefusedException(400, "value out of range for key " + name);
    }
  }

  synchronized Optional<ObjectNode> find(Kind kind, String name, String parent) {
    return entries.stream()
        .filter(entry -> entry.kind() == kind && entry.parent().equals(parent))
        .filter(entry -> same(entry.json().path("name").asText(), name))
        .map(entry -> entry.json().deepCopy())
        .findFirst();
  }

  private boolean same(String a, String b) {
    return habits.ignoringCase() ? a.equalsIgnoreCase(b) : a.equals(b);
  }

  synchronized Optional<ObjectNode> get(Kind kind, String id) {
    return stored(kind, id).map(entry -> entry.json().deepCopy());
  }

  private Optional<Stored> stored(Kind kind, String id) {
    return entries.stream()
        .filter(entry -> entry.kind() == kind && Long.toString(entry.id()).equals(id))
        .findFirst();
  }

  static RefusedException missing(Kind kind, String id) {
    return new RefusedException(
        404, "no %s found for id %s: not found".formatted(kind.words(), id));
  }

  /** The entries of a kind, of one parent or of all, by their ids. */
  synchronized List<ObjectNode> list(Kind kind, Optional<String> parent) {
    Map<Long, ObjectNode> sorted = new TreeMap<>();
    for (Stored entry : entries) {
      if (entry.kind() == kind && parent.map(entry.parent()::equals).orElse(true)) {
        sorted.put(entry.id(), entry.json().deepCopy());
      }
    }
    return List.copyOf(sorted.values());
  }
}
