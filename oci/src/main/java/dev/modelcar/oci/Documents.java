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

  /** A document is not what it should be; the message says why, and not which document. */
  public static final class InvalidDocumentException extends Exception {
    private static final long serialVersionUID = 1L;

    private InvalidDocumentException(String why) {
      super(why);
    }

    /** Why, in words that may follow a colon. */
    public String why() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Reads the manifest of an image.
   *
   * @throws ModelcarException {@link OciError#IMAGE_INVALID} if it is none
   */
  public static ImageManifest manifest(RawManifest raw) {
    try {
      JsonNode json = parse(raw);
      if (raw.isIndex() || !json.path("config").isObject() || !json.path("layers").isArray()) {
        throw new InvalidDocumentException("not an image manifest");
      }
      return new ImageManifest(
          descriptor(json.get("config")),
          descriptors(json.get("layers")),
          Json.texts(json, "annotations"),
          optionalDescriptor(json.get("subject")),
          Json.text(json, "artifactType"));
    } catch (InvalidDocumentException e) {
      throw invalid(raw, e);
    }
  }

  /**
   * Reads an index.
   *
   * @throws ModelcarException {@link OciError#IMAGE_INVALID} if it is none
   */
  public static ImageIndex index(RawManifest raw) {
    try {
      return readIndex(raw);
    } catch (InvalidDocumentException e) {
      throw invalid(raw, e);
    }
  }

  /**
   * Reads an index that its reader knows by another name than its digest.
   *
   * @throws InvalidDocumentException if it is none
   */
  public static ImageIndex readIndex(RawManifest raw) throws InvalidDocumentException {
    JsonNode json = parse(raw);
    if (!json.path("manifests").isArray()) {
      throw new InvalidDocumentException("not an image index");
    }
    return new ImageIndex(
        descriptors(json.get("manifests")),
        Json.texts(json, "annotations"),
        optionalDescriptor(json.get("subject")));
  }

  /**
   * An index with one more entry; all else stays as it is, also what this program does not know.
   *
   * @throws ModelcarException {@link OciError#IMAGE_INVALID} if it is no index
   */
  public static RawManifest append(RawManifest index, Descriptor entry) {
    try {
      ObjectNode json = parse(index).deepCopy();
      if (!json.path("manifests").isArray()) {
        throw new InvalidDocumentException("not an image index");
      }
      ((ArrayNode) json.get("manifests")).add(write(entry));
      return new RawManifest(index.mediaType(), Json.bytes(json));
    } catch (InvalidDocumentException e) {
      throw invalid(index, e);
    }
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

  private static ObjectNode parse(RawManifest raw) throws InvalidDocumentException {
    JsonNode json;
    try {
      json = Json.parse(raw.bytes());
    } catch (InvalidJsonException e) {
      throw new InvalidDocumentException("not JSON: " + e.getMessage());
    }
    if (!json.isObject() || json.path("schemaVersion").asInt() != 2) {
      throw new InvalidDocumentException("schemaVersion is not 2");
    }
    Optional<String> own = Json.text(json, "mediaType");
    if (own.isPresent() && !own.get().equals(raw.mediaType())) {
      throw new InvalidDocumentException(
          "its mediaType is " + own.get() + ", but it was served as " + raw.mediaType());
    }
    return (ObjectNode) json;
  }

  private static List<Descriptor> descriptors(JsonNode array) throws InvalidDocumentException {
    List<Descriptor> descriptors = new ArrayList<>();
    for (JsonNode element : array) {
      descriptors.add(descriptor(element));
    }
    return descriptors;
  }

  private static Optional<Descriptor> optionalDescriptor(
      @org.jspecify.annotations.Nullable JsonNode json) throws InvalidDocumentException {
    return json == null || json.isNull() ? Optional.empty() : Optional.of(descriptor(json));
  }

  private static Descriptor descriptor(JsonNode json) throws InvalidDocumentException {
    Optional<Digest> digest = Json.text(json, "digest").flatMap(Digest::parse);
    long size = Json.number(json, "size").orElse(-1);
    Optional<String> mediaType = Json.text(json, "mediaType");
    if (digest.isEmpty() || size < 0 || mediaType.isEmpty()) {
      throw new InvalidDocumentException("a descriptor has no digest, size or media type");
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

  private static ModelcarException invalid(RawManifest raw, InvalidDocumentException e) {
    return new ModelcarException(
        OciError.IMAGE_INVALID, "invalid manifest " + raw.digest() + ": " + e.why(), e);
  }
}
