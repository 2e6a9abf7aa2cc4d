package dev.modelcar.kubernetes.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.ParseErrors;
import dev.modelcar.kubernetes.tekton.VolumeGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What differs from place to place. Each value has a name, by which flags and values files give it,
 * and a default.
 */
public final class RenderValues {
  private static final Map<String, Known> KNOWN = known();

  private final Map<String, String> changed;

  private RenderValues(Map<String, String> changed) {
    this.changed = changed;
  }

  private record Known(String standard, ValueForm form) {}

  private static Map<String, Known> known() {
    Map<String, Known> all = new LinkedHashMap<>();
    all.put("image", new Known("registry.example.com/modelcar/modelcar:0.1.0", ValueForm.IMAGE));
    all.put("platforms", new Known("linux/amd64", ValueForm.PLATFORMS));
    all.put("classic", new Known("true", ValueForm.SWITCH));
    all.put("namespace", new Known("models", ValueForm.NAME));
    all.put("serviceAccount", new Known("modelcar", ValueForm.NAME));
    all.put("imagePullSecret", new Known("", ValueForm.NAME_OR_NOTHING));
    all.put("source", new Known("hf://Qwen/Qwen3-0.6B", ValueForm.MODEL));
    all.put("target", new Known("registry.example.com/models/qwen3:0.6b", ValueForm.TARGET));
    all.put("registrySecret", new Known("", ValueForm.NAME_OR_NOTHING));
    all.put("huggingFaceSecret", new Known("huggingface", ValueForm.NAME));
    all.put("kserveNamespace", new Known("kserve", ValueForm.NAME));
    all.put("modelRegistry", new Known("model-registry", ValueForm.NAME));
    all.put("modelRegistryNamespace", new Known("rhoai-model-registries", ValueForm.NAME));
    all.put(
        "modelRegistryUrl",
        new Known("https://model-registry-rest.apps.example.com", ValueForm.WORD));
    all.put("modelName", new Known("qwen3", ValueForm.WORD));
    all.put("modelVersion", new Known("0.6b", ValueForm.WORD));
    all.put("storageSize", new Known("100Gi", ValueForm.SIZE));
    all.put("storageClass", new Known("", ValueForm.NAME_OR_NOTHING));
    all.put(
        "fsGroup",
        new Known(Long.toString(VolumeGroup.Gid.OF_THE_IMAGE.gid()), ValueForm.NUMBER_OR_NOTHING));
    all.put("overlay", new Known("kubernetes", ValueForm.OVERLAY));
    all.put("argocdNamespace", new Known("argocd", ValueForm.NAME));
    all.put("gitUrl", new Known("https://git.example.com/team/deploy.git", ValueForm.WORD));
    all.put("gitPath", new Known("deploy", ValueForm.WORD));
    all.put("gitRevision", new Known("main", ValueForm.WORD));
    return Collections.unmodifiableMap(all);
  }

  public static RenderValues defaults() {
    return new RenderValues(Map.of());
  }

  /** The names of all values with their defaults, in the order in which people read them. */
  public static Map<String, String> names() {
    Map<String, String> names = new LinkedHashMap<>();
    KNOWN.forEach((name, value) -> names.put(name, value.standard()));
    return names;
  }

  /**
   * The same with one value changed.
   *
   * @throws ModelcarException if there is no such value, or it cannot be one
   */
  public RenderValues with(String name, String value) {
    form(name)
        .objection(value)
        .ifPresent(why -> {
          throw invalid("\"%s\" cannot be the value of %s: %s".formatted(value, name, why));
        });
    Map<String, String> more = new LinkedHashMap<>(changed);
    more.put(name, value);
    return new RenderValues(more);
  }

  private static ValueForm form(String name) {
    Known known = KNOWN.get(name);
    if (known == null) {
      throw invalid(
          "there is no value named %s; known are %s"
              .formatted(name, String.join(", ", KNOWN.keySet())));
    }
    return known.form();
  }

  /**
   * The same with the values of a YAML file, whose keys are the names. A key without a value leaves
   * the default.
   *
   * @throws ModelcarException if the file cannot be read, or has something else than such values
   */
  public RenderValues withFile(Path file) {
    JsonNode yaml = read(file);
    if (yaml.isMissingNode() || yaml.isNull()) {
      return this;
    }
    if (!yaml.isObject()) {
      throw invalid("the values file %s is not a mapping of NAME: VALUE".formatted(file));
    }
    RenderValues all = this;
    for (Map.Entry<String, JsonNode> entry : yaml.properties()) {
      String name = entry.getKey();
      JsonNode node = entry.getValue();
      ValueForm form = form(name);
      if (!node.isNull()) {
        all = all.with(name, text(file, name, node, form));
      }
    }
    return all;
  }

  /** YAML has changed numbers and the like already: 1.10 has become 1.1. */
  private static String text(Path file, String name, JsonNode node, ValueForm form) {
    if (node.isTextual() || (node.isIntegralNumber() && form.isNumber())) {
      return node.asText();
    }
    throw invalid(
        node.isValueNode()
            ? "%s: the value of %s is not a string in YAML; put it in quotes".formatted(file, name)
            : "%s: the value of %s is not a string".formatted(file, name));
  }

  private static JsonNode read(Path file) {
    try {
      return new ObjectMapper(new YAMLFactory()).readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw unreadable(file, ParseErrors.reason(e).orElseThrow());
    } catch (NoSuchFileException e) {
      throw unreadable(file, "there is no such file");
    } catch (IOException e) {
      throw unreadable(file, e.toString());
    }
  }

  private static ModelcarException unreadable(Path file, String why) {
    return invalid("the values file %s cannot be read: %s".formatted(file, why));
  }

  private static ModelcarException invalid(String message) {
    return new ModelcarException(CoreError.USAGE_INVALID, message);
  }

  /** All values by their names, and what is made of them for templates. */
  Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    KNOWN.keySet().forEach(name -> all.put(name, get(name)));
    String[] model = get("source").substring("hf://".length()).split("[@:]", 2);
    all.put("hfRepo", model[0]);
    all.put("hfRevision", model.length > 1 ? model[1] : "");
    all.put("targetCopy", get("target") + "-copy");
    all.put("targetHost", get("target").replaceFirst("/.*", ""));
    all.put("modelRegistryUser", get("serviceAccount") + "-model-registry-user");
    all.put("imagePusher", get("serviceAccount") + "-image-pusher");
    all.put("registryLogin", get("registrySecret").isEmpty() ? "registry" : get("registrySecret"));
    all.put("overlayPath", get("gitPath") + "/overlays/argocd");
    return all;
  }

  String get(String name) {
    String value = changed.get(name);
    return value != null ? value : Objects.requireNonNull(KNOWN.get(name)).standard();
  }
}
