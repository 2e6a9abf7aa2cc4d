package dev.modelcar.lint.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** All kinds that are known: of Tekton, KServe and Kubernetes itself. */
public final class Schemas {
  /** Releases of Tekton that differ in what they do with a manifest; the newest first. */
  public enum Tekton {
    V1("1.15.0"),
    V0_70("0.70.0"),
    V0_69("0.69.1");

    private final String release;

    Tekton(String release) {
      this.release = release;
    }

    public String release() {
      return release;
    }

    /** All of them, the oldest first. */
    public static List<String> known() {
      return Stream.of(values()).map(Tekton::release).toList().reversed();
    }
  }

  private static final String KSERVE = "0.20.0";

  private final Map<GroupKind, Kind> kinds;
  private final GoTypes metadata;

  private Schemas(Map<GroupKind, Kind> kinds, GoTypes metadata) {
    this.kinds = Map.copyOf(kinds);
    this.metadata = metadata;
  }

  /** Those of the releases that the program knows. */
  public static Schemas of(Tekton tekton) {
    Map<GroupKind, Kind> kinds = new HashMap<>();
    GoTypes metadata = read("core", kinds);
    read("tekton-" + tekton.release(), kinds);
    read("kserve-" + KSERVE, kinds);
    return new Schemas(kinds, metadata);
  }

  /**
   * The same with what a cluster has.
   *
   * @param definitions CustomResourceDefinitions
   */
  public Schemas with(Collection<JsonNode> definitions) {
    Map<GroupKind, Kind> all = new HashMap<>(kinds);
    for (JsonNode definition : definitions) {
      JsonNode spec = definition.path("spec");
      for (JsonNode version : spec.path("versions")) {
        GroupKind name =
            new GroupKind(
                spec.path("group").asText() + "/" + version.path("name").asText(),
                spec.path("names").path("kind").asText());
        Optional<Kind> known = Optional.ofNullable(kinds.get(name));
        if (version.path("served").asBoolean()) {
          Schema schema =
              new Schema.Reader(definition).read(version.path("schema").path("openAPIV3Schema"));
          all.put(
              name,
              new Kind(
                  name,
                  Optional.of(schema),
                  known.map(Kind::type).orElse(""),
                  known.map(Kind::types).orElse(metadata),
                  spec.path("scope").asText().equals("Namespaced"),
                  version.path("subresources").has("status")));
        }
      }
    }
    return new Schemas(all, metadata);
  }

  /** The fields of metadata. */
  public GoTypes metadata() {
    return metadata;
  }

  public Optional<Kind> find(GroupKind name) {
    return Optional.ofNullable(kinds.get(name));
  }

  /** Whether this is a group that has kinds here. */
  public boolean knows(String group) {
    return kinds.keySet().stream().anyMatch(kind -> kind.group().equals(group));
  }

  /** The versions of a group that have a kind. */
  public List<String> versions(String group, String kind) {
    return kinds.keySet().stream()
        .filter(name -> name.group().equals(group) && name.kind().equals(kind))
        .map(GroupKind::apiVersion)
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .toList();
  }

  /** The kinds of a version of a group. */
  public List<String> kinds(String apiVersion) {
    return kinds.keySet().stream()
        .filter(name -> name.apiVersion().equals(apiVersion))
        .map(GroupKind::kind)
        .sorted()
        .toList();
  }

  private static GoTypes read(String name, Map<GroupKind, Kind> into) {
    String path = "/dev/modelcar/lint/schemas/" + name + ".json.gz";
    try (InputStream packed = Schemas.class.getResourceAsStream(path)) {
      if (packed == null) {
        throw new IllegalStateException("missing in the jar: " + path);
      }
      JsonNode file = Json.parse(new GZIPInputStream(packed).readAllBytes());
      GoTypes types = GoTypes.read(file.path("types"));
      Schema.Reader reader = new Schema.Reader(file.path("definitions"));
      file.path("kinds")
          .properties()
          .forEach(entry -> {
            String key = entry.getKey();
            int last = key.lastIndexOf('/');
            GroupKind kind = new GroupKind(key.substring(0, last), key.substring(last + 1));
            JsonNode given = entry.getValue();
            into.put(
                kind,
                new Kind(
                    kind,
                    given.has("schema")
                        ? Optional.of(reader.read(given.path("schema")))
                        : Optional.empty(),
                    given.path("type").asText(),
                    types,
                    given.path("namespaced").asBoolean(),
                    given.path("status").asBoolean()));
          });
      return types;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
