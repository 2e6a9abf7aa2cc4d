package dev.modelcar.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The configuration of an image (OCI image specification, config). It is immutable; what it holds
 * beyond the fields that this program knows is kept.
 */
public final class ImageConfig {
  /** Whether a step of the history is a layer or only changed the configuration. */
  public enum Step {
    LAYER,
    CONFIGURATION
  }

  private final ObjectNode json;

  private ImageConfig(ObjectNode json) {
    this.json = json;
  }

  /** A configuration without layers. */
  public static ImageConfig empty(Platform platform) {
    ObjectNode json = Json.object();
    json.put("architecture", platform.architecture());
    json.put("os", platform.os());
    platform.variant().ifPresent(variant -> json.put("variant", variant));
    json.putObject("config");
    ObjectNode rootfs = json.putObject("rootfs");
    rootfs.put("type", "layers");
    rootfs.putArray("diff_ids");
    json.putArray("history");
    return new ImageConfig(json);
  }

  /**
   * Reads a configuration.
   *
   * @throws ModelcarException {@link OciError#IMAGE_INVALID} if it is none, or lists no layers
   */
  public static ImageConfig parse(byte[] bytes) {
    JsonNode json;
    try {
      json = Json.parse(bytes);
    } catch (InvalidJsonException e) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID, "the image's config is not JSON: " + e.getMessage(), e);
    }
    if (!json.isObject() || !json.path("rootfs").path("diff_ids").isArray()) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID, "the image's config lists no layers (rootfs.diff_ids)");
    }
    for (JsonNode id : json.path("rootfs").path("diff_ids")) {
      if (!id.isTextual() || Digest.parse(id.textValue()).isEmpty()) {
        throw new ModelcarException(
            OciError.IMAGE_INVALID, "the image's config contains an invalid diff_id");
      }
    }
    return new ImageConfig(((ObjectNode) json).deepCopy());
  }

  /** Whether a document claims to describe the layers of an image. */
  public static boolean hasRootfs(byte[] bytes) {
    try {
      return Json.parse(bytes).path("rootfs").isObject();
    } catch (InvalidJsonException e) {
      return true;
    }
  }

  /** The document, in the one form that this program writes. */
  public byte[] toBytes() {
    return Json.bytes(json);
  }

  /** The digests of the uncompressed layers, from the bottom to the top. */
  public List<Digest> diffIds() {
    List<Digest> ids = new ArrayList<>();
    for (JsonNode id : json.path("rootfs").path("diff_ids")) {
      Digest.parse(id.textValue()).ifPresent(ids::add);
    }
    return ids;
  }

  /** What the image says it runs on. */
  public Optional<Platform> platform() {
    Optional<String> os = Json.text(json, "os");
    Optional<String> architecture = Json.text(json, "architecture");
    return os.isEmpty() || architecture.isEmpty()
        ? Optional.empty()
        : Optional.of(new Platform(os.get(), architecture.get(), Json.text(json, "variant")));
  }

  /** Who runs in the image; empty when it says nothing. */
  public String user() {
    return Json.text(json.path("config"), "User").orElse("");
  }

  public SortedMap<String, String> labels() {
    return Json.texts(json.path("config"), "Labels");
  }

  public List<String> entrypoint() {
    return list("Entrypoint");
  }

  public List<String> command() {
    return list("Cmd");
  }

  public Optional<String> created() {
    return Json.text(json, "created");
  }

  /** How many steps of the history are layers; -1 if there is no history. */
  public int layersInHistory() {
    JsonNode history = json.path("history");
    if (!history.isArray() || history.isEmpty()) {
      return -1;
    }
    int layers = 0;
    for (JsonNode step : history) {
      layers += step.path("empty_layer").asBoolean() ? 0 : 1;
    }
    return layers;
  }

  private List<String> list(String key) {
    List<String> values = new ArrayList<>();
    json.path("config").path(key).forEach(value -> values.add(value.asText()));
    return values;
  }

  /** One more layer on top, with its step of the history. */
  public ImageConfig withLayer(Digest diffId, Instant created, String createdBy) {
    ObjectNode copy = json.deepCopy();
    ((ArrayNode) copy.path("rootfs").path("diff_ids")).add(diffId.toString());
    addStep(copy, created, createdBy, Step.LAYER);
    return new ImageConfig(copy);
  }

  /** A history for layers that came without one, so that it matches from here on. */
  public ImageConfig withCompleteHistory(Instant created) {
    int missing = diffIds().size() - Math.max(0, layersInHistory());
    if (missing == 0 && layersInHistory() >= 0) {
      return this;
    }
    ObjectNode copy = json.deepCopy();
    if (layersInHistory() > diffIds().size()) {
      copy.putArray("history");
      missing = diffIds().size();
    }
    for (int i = 0; i < missing; i++) {
      addStep(copy, created, "base layer", Step.LAYER);
    }
    return new ImageConfig(copy);
  }

  private static void addStep(ObjectNode json, Instant created, String by, Step step) {
    ArrayNode history =
        json.path("history").isArray()
            ? (ArrayNode) json.path("history")
            : json.putArray("history");
    ObjectNode node = history.addObject();
    node.put("created", created.toString());
    node.put("created_by", by);
    if (step == Step.CONFIGURATION) {
      node.put("empty_layer", true);
    }
  }

  public ImageConfig withCreated(Instant created) {
    ObjectNode copy = json.deepCopy();
    copy.put("created", created.toString());
    return new ImageConfig(copy);
  }

  public ImageConfig withUser(String user) {
    return withConfig("User", Json.object().textNode(user));
  }

  /** The labels that are there and these. */
  public ImageConfig withLabels(Map<String, String> labels) {
    ObjectNode all = Json.object();
    labels().forEach(all::put);
    labels.forEach(all::put);
    return all.isEmpty() ? this : withConfig("Labels", all);
  }

  /** What starts, and the words it gets; an empty list removes the field. */
  public ImageConfig withEntrypoint(List<String> words) {
    return withList("Entrypoint", words);
  }

  public ImageConfig withCommand(List<String> words) {
    return withList("Cmd", words);
  }

  public ImageConfig withEnvironment(List<String> variables) {
    return withList("Env", variables);
  }

  private ImageConfig withList(String key, List<String> words) {
    if (words.isEmpty()) {
      ObjectNode copy = json.deepCopy();
      if (copy.path("config") instanceof ObjectNode config) {
        config.remove(key);
      }
      return new ImageConfig(copy);
    }
    ArrayNode array = Json.array();
    words.forEach(array::add);
    return withConfig(key, array);
  }

  private ImageConfig withConfig(String key, JsonNode value) {
    ObjectNode copy = json.deepCopy();
    ObjectNode config =
        copy.path("config") instanceof ObjectNode object ? object : copy.putObject("config");
    config.set(key, value);
    return new ImageConfig(copy);
  }
}
