package dev.modelcar.testkit.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a manifest refers to. */
record ManifestLinks(
    Optional<String> mediaType,
    List<String> blobs,
    List<String> manifests,
    Optional<String> subject,
    JsonNode document) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Reads a manifest or an index; nothing if it is not JSON of that kind. */
  static Optional<ManifestLinks> of(byte[] bytes) {
    JsonNode document;
    try {
      document = MAPPER.readTree(bytes);
    } catch (IOException e) {
      return Optional.empty();
    }
    if (!document.isObject() || document.path("schemaVersion").asInt() != 2) {
      return Optional.empty();
    }
    List<String> blobs = new ArrayList<>();
    if (document.has("config")) {
      blobs.add(document.path("config").path("digest").asText());
    }
    for (JsonNode layer : document.path("layers")) {
      // What has URLs lives elsewhere.
      if (!layer.has("urls")) {
        blobs.add(layer.path("digest").asText());
      }
    }
    List<String> manifests = new ArrayList<>();
    document.path("manifests").forEach(child -> manifests.add(child.path("digest").asText()));
    return Optional.of(
        new ManifestLinks(
            text(document, "mediaType"),
            blobs,
            manifests,
            text(document.path("subject"), "digest"),
            document));
  }

  private static Optional<String> text(JsonNode node, String key) {
    return Optional.of(node.path(key).asText()).filter(text -> !text.isEmpty());
  }

  /** The blob with the largest stated size. */
  Optional<String> largestLayer() {
    String largest = "";
    long size = -1;
    for (JsonNode layer : document.path("layers")) {
      if (layer.path("size").asLong() > size) {
        largest = layer.path("digest").asText();
        size = layer.path("size").asLong();
      }
    }
    return Optional.of(largest).filter(text -> !text.isEmpty());
  }
}
