package dev.modelcar.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads and writes the JSON of manifests and indexes. Reading takes OCI's and Docker's types and
 * checks what others rely on: digests, sizes, types. Writing has one form for one value.
 */
public final class Documents {
  private Documents() {}

  /**
   * Reads the manifest of an image.
   *
   * @throws ModelcarException {@link OciError#IMAGE_INVALID} if it is none
   */
  public static ImageManifest manifest(RawManifest raw) {
    JsonNode json = parse(raw);
    if (raw.isIndex() || !json.path("config").isObject() || !json.path("layers").isArray()) {
      throw invalid(raw, "not an image manifest");
    }
    return new ImageManifest(
        descriptor(raw, json.get("config")),
        descriptors(raw, json.get("layers")),
        Json.texts(json, "annotations"),
        optionalDescriptor(raw, json.get("subject")),
        Json.text(json, "artifactType"));
  }

  /**
   * Reads an index.
   *
   * @throws ModelcarException {@link OciError#IMAGE_INVALID} if it is none
   */
  public static ImageIndex index(RawManifest raw) {
    JsonNode json = parse(raw);
    if (!json.path("manifests").isArray()) {
      throw invalid(raw, "not an image index");
    }
    return new ImageIndex(
        descriptors(raw, json.get("manifests")),
        Json.texts(json, "annotations"),
        optionalDescriptor(raw, json.get("subject")));
  }

  /**
   * An index with one more entry; all else stays as it is, also what this program does not know.
   *
   * @throws ModelcarException {@link OciError#IMAGE_INVALID} if it is no index
   */
  public static RawManifest append(RawManifest index, Descriptor entry) {
    ObjectNode json = parse(index).deepCopy();
    if (!json.path("manifests").isArray()) {
      throw invalid(index, "not an image index");
    }
    ((ArrayNode) json.get("manifests")).add(write(entry));
    return new RawManifest(index.mediaType(), Json.bytes(json));
  }

  /** What a manifest or an index says it refers to; nothing if it says nothing of the kind. */
  static Optional<Referrer> referrer(RawManifest raw) {
    try {
      JsonNode json = Json.parse(raw.bytes());
      Optional<Digest> subject = Json.text(json.path("subject"), "digest").flatMap(Digest::parse);
      Optional<String> artifactType =
          Json.text(json, "artifactType")
              .filter(type -> !type.isEmpty())
              .or(() -> Json.text(json.path("config"), "mediaType"));
      return subject.map(digest ->
          new Referrer(
              digest,
              new Descriptor(
                  raw.mediaType(),
                  raw.digest(),
                  raw.size(),
                  Json.texts(json, "annotations"),
                  Optional.empty(),
                  artifactType,
                  List.of())));
    } catch (InvalidJsonException e) {
      return Optional.empty();
    }
  }

  /** What a document says of its own type, for documents that came without one. */
  public static String mediaTypeOf(byte[] bytes) {
    try {
      JsonNode json = Json.parse(bytes);
      return Json.text(json, "mediaType")
          .orElse(
              json.path("manifests").isArray() ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST);
    } catch (InvalidJsonException e) {
      return MediaTypes.OCI_MANIFEST;
    }
  }

  static RawManifest write(ImageManifest manifest) {
    ObjectNode json = Json.object();
    json.put("schemaVersion", 2);
    json.put("mediaType", MediaTypes.OCI_MANIFEST);
    manifest.artifactType().ifPresent(type -> json.put("artifactType", type));
    json.set("config", write(manifest.config()));
    json.set("layers", write(manifest.layers()));
    manifest.subject().ifPresent(subject -> json.set("subject", write(subject)));
    writeTexts(json, "annotations", manifest.annotations());
    return new RawManifest(MediaTypes.OCI_MANIFEST, Json.bytes(json));
  }

  static RawManifest write(ImageIndex index) {
    ObjectNode json = Json.object();
    json.put("schemaVersion", 2);
    json.put("mediaType", MediaTypes.OCI_INDEX);
    json.set("manifests", write(index.manifests()));
    index.subject().ifPresent(subject -> json.set("subject", write(subject)));
    writeTexts(json, "annotations", index.annotations());
    return new RawManifest(MediaTypes.OCI_INDEX, Json.bytes(json));
  }

  private static ObjectNode parse(RawManifest raw) {
    JsonNode json;
    try {
      json = Json.parse(raw.bytes());
    } catch (InvalidJsonException e) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID,
          "the manifest " + raw.digest() + " is not JSON: " + e.getMessage(),
          e);
    }
    if (!json.isObject() || json.path("schemaVersion").asInt() != 2) {
      throw invalid(raw, "schemaVersion is not 2");
    }
    Optional<String> own = Json.text(json, "mediaType");
    if (own.isPresent() && !own.get().equals(raw.mediaType())) {
      throw invalid(
          raw, "its mediaType is " + own.get() + ", but it was served as " + raw.mediaType());
    }
    return (ObjectNode) json;
  }

  private static List<Descriptor> descriptors(RawManifest raw, JsonNode array) {
    List<Descriptor> descriptors = new ArrayList<>();
    for (JsonNode element : array) {
      descriptors.add(descriptor(raw, element));
    }
    return descriptors;
  }

  private static Optional<Descriptor> optionalDescriptor(
      RawManifest raw, @org.jspecify.annotations.Nullable JsonNode json) {
    return json == null || json.isNull() ? Optional.empty() : Optional.of(descriptor(raw, json));
  }

  private static Descriptor descriptor(RawManifest raw, JsonNode json) {
    Optional<Digest> digest = Json.text(json, "digest").flatMap(Digest::parse);
    long size = Json.number(json, "size").orElse(-1);
    Optional<String> mediaType = Json.text(json, "mediaType");
    if (digest.isEmpty() || size < 0 || mediaType.isEmpty()) {
      throw invalid(raw, "a descriptor has no digest, size or media type");
    }
    return new Descriptor(
        mediaType.get(),
        digest.get(),
        size,
        Json.texts(json, "annotations"),
        platform(json.path("platform")),
        Json.text(json, "artifactType"),
        urls(json.path("urls")));
  }

  private static List<String> urls(JsonNode array) {
    List<String> urls = new ArrayList<>();
    array.forEach(url -> urls.add(url.asText()));
    return urls;
  }

  private static Optional<Platform> platform(JsonNode json) {
    Optional<String> os = Json.text(json, "os");
    Optional<String> architecture = Json.text(json, "architecture");
    return os.isEmpty() || architecture.isEmpty()
        ? Optional.empty()
        : Optional.of(new Platform(os.get(), architecture.get(), Json.text(json, "variant")));
  }

  private static ArrayNode write(List<Descriptor> descriptors) {
    ArrayNode array = Json.array();
    descriptors.forEach(descriptor -> array.add(write(descriptor)));
    return array;
  }

  private static ObjectNode write(Descriptor descriptor) {
    ObjectNode json = Json.object();
    json.put("mediaType", descriptor.mediaType());
    descriptor.artifactType().ifPresent(type -> json.put("artifactType", type));
    json.put("digest", descriptor.digest().toString());
    json.put("size", descriptor.size());
    descriptor
        .platform()
        .ifPresent(platform -> {
          ObjectNode node = json.putObject("platform");
          node.put("architecture", platform.architecture());
          node.put("os", platform.os());
          platform.variant().ifPresent(variant -> node.put("variant", variant));
        });
    if (!descriptor.urls().isEmpty()) {
      ArrayNode urls = json.putArray("urls");
      descriptor.urls().forEach(urls::add);
    }
    writeTexts(json, "annotations", descriptor.annotations());
    return json;
  }

  static void writeTexts(ObjectNode json, String key, Map<String, String> texts) {
    if (!texts.isEmpty()) {
      ObjectNode node = json.putObject(key);
      texts.forEach(node::put);
    }
  }

  private static ModelcarException invalid(RawManifest raw, String why) {
    return new ModelcarException(
        OciError.IMAGE_INVALID, "invalid manifest " + raw.digest() + ": " + why);
  }
}
