package dev.modelcar.cli.commands.registration;

import dev.modelcar.modelregistry.Entry;
import dev.modelcar.modelregistry.Registered;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is registered, as JSON. */
record RegistrationDocument(
    String modelRegistry,
    EntryDocument model,
    EntryDocument version,
    EntryDocument artifact,
    List<String> created,
    List<String> updated,
    boolean unchanged,
    Optional<String> replaced) {

  /** A model, a version or an artifact. */
  record EntryDocument(
      String id,
      String name,
      String state,
      Optional<String> uri,
      Map<String, String> fields,
      Map<String, String> properties) {
    static EntryDocument of(Entry entry) {
      SortedMap<String, String> fields = new TreeMap<>(entry.contents().texts());
      fields.remove("uri");
      entry.contents().lists().forEach((name, words) -> fields.put(name, String.join(",", words)));
      SortedMap<String, String> properties = new TreeMap<>();
      entry.contents().properties().forEach((name, value) -> properties.put(name, value.value()));
      return new EntryDocument(
          entry.id(), entry.name(), entry.state(), entry.uri(), fields, properties);
    }
  }

  static RegistrationDocument of(String host, Registered registered) {
    return new RegistrationDocument(
        host,
        EntryDocument.of(registered.model()),
        EntryDocument.of(registered.version()),
        EntryDocument.of(registered.artifact()),
        registered.created(),
        registered.updated(),
        registered.isUnchanged(),
        registered.replaced().map(Object::toString));
  }

  /** The ids, for pipelines. */
  static Map<String, String> results(Registered registered) {
    return Map.of(
        "REGISTERED_MODEL_ID", registered.model().id(),
        "MODEL_VERSION_ID", registered.version().id(),
        "MODEL_ARTIFACT_ID", registered.artifact().id());
  }
}
