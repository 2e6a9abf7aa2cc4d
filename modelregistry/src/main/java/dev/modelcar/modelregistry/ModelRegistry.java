package dev.modelcar.modelregistry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.ErrorDocument;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.Uris;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Model Registry server. Every method throws {@link ModelcarException} with a {@link
 * ModelRegistryError}, or with one of {@code http} if there is no response. Safe for use by several
 * threads.
 *
 * <p>Nothing is ever deleted, for the API cannot: models and versions are archived.
 */
public final class ModelRegistry {
  private static final int PAGE = 100;

  /** What a list has, even an empty one. */
  private static final List<String> LIST = List.of("items", "size", "pageSize", "nextPageToken");

  private static final String DESIRED = "desiredState";
  private static final String UNDEPLOYED = "UNDEPLOYED";
  private static final Pattern UNKNOWN_FIELD = Pattern.compile("unknown field \"(\\w+)\"");

  private final ApiClient client;

  /** Fields that this server does not know, for it is old. */
  private final Map<EntryKind, Set<String>> unknownFields = new ConcurrentHashMap<>();

  /**
   * @param transport is used, and closed by whoever made it
   */
  public ModelRegistry(ModelRegistrySettings settings, HttpTransport transport) {
    this.client = new ApiClient(settings, transport);
  }

  /** The server, with its port. */
  public String host() {
    return client.host();
  }

  public Optional<Entry> findModel(String name) {
    return find(EntryKind.MODEL, name, Optional.empty());
  }

  public Optional<Entry> findVersion(Entry model, String name) {
    return find(EntryKind.VERSION, name, Optional.of(model.id()));
  }

  private Optional<Entry> find(EntryKind kind, String name, Optional<String> parent) {
    Names.check(kind, name, parent.orElse(""));
    String query =
        "?name=" + Uris.encode(name) + parent.map(id -> "&parentResourceId=" + id).orElse("");
    ApiClient.Reply reply = client.get(kind.find() + query);
    if (reply.status() == 404) {
      if (reply.message().contains("multiple")) {
        throw new ModelcarException(
            ModelRegistryError.MODEL_REGISTRY_AMBIGUOUS,
            "several entries are called like the %s %s".formatted(kind.word(), name));
      }
      return Optional.empty();
    }
    return Optional.of(entry(kind, reply));
  }

  /** All models, in the order of their ids. */
  public List<Entry> models() {
    return list(EntryKind.MODEL, "");
  }

  /** All versions of a model, in the order of their ids. */
  public List<Entry> versions(Entry model) {
    return list(EntryKind.VERSION, model.path());
  }

  /** The model artifacts of a version, in the order of their ids; not its documents and metrics. */
  public List<Entry> artifacts(Entry version) {
    return list(EntryKind.ARTIFACT, version.path());
  }

  private List<Entry> list(EntryKind kind, String parentPath) {
    String path =
        (parentPath.isEmpty() ? "registered_models" : kind.listOf(parentPath))
            + "?pageSize=%d&orderBy=ID&sortOrder=ASC".formatted(PAGE);
    List<Entry> entries = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    Set<String> pages = new HashSet<>();
    Optional<String> next = Optional.empty();
    do {
      ApiClient.Reply reply =
          client.get(path + next.map(token -> "&nextPageToken=" + Uris.encode(token)).orElse(""));
      JsonNode items = success(reply).path("items");
      if (LIST.stream().noneMatch(reply.json()::has)) {
        throw ApiErrors.protocol(host(), "no list");
      }
      boolean grown = items.isEmpty();
      for (JsonNode item : items) {
        if (kind != EntryKind.ARTIFACT
            || Json.text(item, "artifactType").orElse("model-artifact").equals("model-artifact")) {
          Entry entry = EntryJson.read(kind, item).orElseThrow(() -> incomplete(kind));
          if (ids.add(entry.id())) {
            entries.add(entry);
            grown = true;
          }
        } else {
          grown |= ids.add(Json.text(item, "id").orElse(""));
        }
      }
      next = Json.text(reply.json(), "nextPageToken").filter(token -> !token.isEmpty());
      if (next.isPresent() && (!grown || !pages.add(next.get()))) {
        // Old servers take a token that they cannot read for none, and start over.
        throw ApiErrors.protocol(host(), "a list that does not end");
      }
    } while (next.isPresent());
    return entries;
  }

  /** An entry as it is now. */
  public Entry read(EntryKind kind, String id) {
    if (!id.matches("\\d{1,19}")) {
      throw new ModelcarException(
          ModelRegistryError.MODEL_REGISTRY_NAME_INVALID,
          "the id of the %s is not a number: %s".formatted(kind.word(), id));
    }
    ApiClient.Reply reply = client.get(kind.path(id));
    if (reply.status() == 404) {
      throw new ModelcarException(
          ModelRegistryError.MODEL_REGISTRY_ENTRY_NOT_FOUND,
          "the Model Registry %s has no %s with the id %s".formatted(host(), kind.word(), id));
    }
    return entry(kind, reply);
  }

  /**
   * Creates an entry.
   *
   * @param parent of a version its model, of an artifact its version; the caller has just read it,
   *     for the server accepts children of parents that do not exist
   * @return empty if there is one with this name already
   */
  public Optional<Entry> create(
      EntryKind kind, Optional<Entry> parent, String name, String state, Contents contents) {
    Names.check(kind, name, parent.map(Entry::id).orElse(""));
    Names.checkKeys(contents);
    String path = parent.isEmpty() ? "registered_models" : kind.listOf(parent.get().path());
    ApiClient.Reply reply =
        write(
            kind,
            contents,
            known -> {
              ObjectNode body = EntryJson.body(kind, state, known).put("name", name);
              if (kind == EntryKind.VERSION) {
                body.put("registeredModelId", parent.orElseThrow().id());
              }
              return client.send("POST", path, Optional.of(body));
            });
    if (reply.status() == 409) {
      return Optional.empty();
    }
    Entry created = entry(kind, reply);
    // What a union type does not know it drops without a word.
    return Optional.of(kind == EntryKind.ARTIFACT ? update(created, state, contents) : created);
  }

  /**
   * Changes an entry, if it is not like that already, and reads back what the server has then.
   * Custom properties that are not named stay.
   */
  public Entry update(Entry entry, String state, Contents contents) {
    Names.checkKeys(contents);
    Entry current = entry;
    for (int attempt = 0; attempt < 3; attempt++) {
      Contents missing = contents.missingIn(current.contents());
      if (missing.isEmpty() && current.state().equals(state)) {
        return current;
      }
      patch(current, state, missing);
      current = read(entry.kind(), entry.id());
    }
    if (!contents.missingIn(current.contents()).isEmpty() || !current.state().equals(state)) {
      throw new ModelcarException(
          ModelRegistryError.MODEL_REGISTRY_NOT_STORED,
          "the Model Registry %s does not keep what was written to %s".formatted(host(), current));
    }
    return current;
  }

  private void patch(Entry current, String state, Contents missing) {
    success(
        write(
            current.kind(),
            missing,
            known -> {
              Contents all =
                  known.properties().isEmpty()
                      ? known
                      : new Contents(
                          known.texts(),
                          known.lists(),
                          Contents.none().and(propertiesOf(current)).and(known).properties());
              return client.send(
                  "PATCH", current.path(), Optional.of(EntryJson.body(current.kind(), state, all)));
            }));
  }

  private static Contents propertiesOf(Entry entry) {
    return new Contents(
        Contents.none().texts(), Contents.none().lists(), entry.contents().properties());
  }

  // ---- what is served ----

  /**
   * An inference service that the registry knows.
   *
   * @param name of the InferenceService, with its UID if the registry's controller has made it
   * @param changed whether it was marked now, and not earlier
   */
  public record Undeployed(String id, String name, boolean changed) {}

  /**
   * Marks the inference services of a name as undeployed. The registry keeps them, and what they
   * served.
   *
   * @param environment as the registry's controller names it: the namespace
   * @return those that are marked now; none if the registry knows none
   */
  public List<Undeployed> undeploy(String environment, String name) {
    ApiClient.Reply found = client.get("serving_environment?name=" + Uris.encode(environment));
    if (found.status() == 404) {
      return List.of();
    }
    String id =
        Json.text(success(found), "id").filter(text -> text.matches("\\d{1,19}")).orElse("");
    List<Undeployed> all = new ArrayList<>();
    Set<String> pages = new HashSet<>();
    String next = "";
    do {
      JsonNode page =
          success(
              client.get(
                  "serving_environments/%s/inference_services?pageSize=%d&nextPageToken=%s"
                      .formatted(id, PAGE, Uris.encode(next))));
      for (JsonNode item : page.path("items")) {
        String called = Json.text(item, "name").orElse("");
        if (called.equals(name) || called.startsWith(name + "/")) {
          all.add(undeployed(Json.text(item, "id").orElse(""), called, item));
        }
      }
      next = Json.text(page, "nextPageToken").orElse("");
    } while (!next.isEmpty() && pages.add(next));
    return all;
  }

  private Undeployed undeployed(String id, String name, JsonNode item) {
    if (isUndeployed(item)) {
      return new Undeployed(id, name, false);
    }
    String path = "inference_services/" + id;
    success(client.send("PATCH", path, Optional.of(Json.object().put(DESIRED, UNDEPLOYED))));
    if (!isUndeployed(success(client.get(path)))) {
      throw new ModelcarException(
          ModelRegistryError.MODEL_REGISTRY_NOT_STORED,
          "the Model Registry %s does not keep that %s is undeployed".formatted(host(), name));
    }
    return new Undeployed(id, name, true);
  }

  private static boolean isUndeployed(JsonNode item) {
    return Json.text(item, DESIRED).filter(UNDEPLOYED::equals).isPresent();
  }

  /** Writes what the server knows, and the rest as custom properties. */
  private ApiClient.Reply write(
      EntryKind kind, Contents contents, Function<Contents, ApiClient.Reply> send) {
    Set<String> unknown = unknownFields.computeIfAbsent(kind, k -> ConcurrentHashMap.newKeySet());
    Contents known = contents;
    for (String field : unknown) {
      known = known.movingToProperties(field);
    }
    while (true) {
      ApiClient.Reply reply = send.apply(known);
      Matcher refused = UNKNOWN_FIELD.matcher(reply.message());
      if (reply.status() != 400
          || !refused.find()
          || known.equals(known.movingToProperties(refused.group(1)))) {
        return reply;
      }
      unknown.add(refused.group(1));
      known = known.movingToProperties(refused.group(1));
    }
  }

  private Entry entry(EntryKind kind, ApiClient.Reply reply) {
    return EntryJson.read(kind, success(reply)).orElseThrow(() -> incomplete(kind));
  }

  private JsonNode success(ApiClient.Reply reply) {
    if (!reply.isSuccess()) {
      throw new ModelcarException(
          reply.status() == 404
              ? ModelRegistryError.MODEL_REGISTRY_ENTRY_NOT_FOUND
              : ModelRegistryError.MODEL_REGISTRY_REFUSED,
          "the Model Registry %s returned %d: \"%s\""
              .formatted(host(), reply.status(), ErrorDocument.oneLine(reply.message())));
    }
    return reply.json();
  }

  private ModelcarException incomplete(EntryKind kind) {
    return ApiErrors.protocol(host(), "a %s without an id or a name".formatted(kind.word()));
  }
}
