package dev.modelcar.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What differs from place to place. Each value has a name, by which flags and values files give it,
 * and a default.
 */
public final class RenderValues {
  private static final Map<String, String> DEFAULTS = makeDefaults();

  private final Map<String, String> values;

  private RenderValues(Map<String, String> values) {
    this.values = values;
  }

  private static Map<String, String> makeDefaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("image", "registry.example.com/modelcar/modelcar:0.1.0");
    defaults.put("namespace", "models");
    defaults.put("serviceAccount", "modelcar");
    defaults.put("source", "hf://Qwen/Qwen3-0.6B");
    defaults.put("target", "registry.example.com/models/qwen3:0.6b");
    defaults.put("registrySecret", "");
    defaults.put("huggingFaceSecret", "huggingface");
    defaults.put("storageSize", "100Gi");
    defaults.put("storageClass", "");
    defaults.put("gitUrl", "https://git.example.com/team/deploy.git");
    defaults.put("gitPath", "deploy");
    defaults.put("gitRevision", "main");
    return Collections.unmodifiableMap(defaults);
  }

  public static RenderValues defaults() {
    return new RenderValues(new LinkedHashMap<>(DEFAULTS));
  }

  /** The names of all values with their defaults, in the order in which people read them. */
  public static Map<String, String> names() {
    return DEFAULTS;
  }

  /**
   * The same with one value changed.
   *
   * @throws ModelcarException if there is no such value, or it cannot be one
   */
  public RenderValues with(String name, String value) {
    if (!DEFAULTS.containsKey(name)) {
      throw new ModelcarException(
          ErrorCode.USAGE_INVALID,
          "there is no value named %s, but %s"
              .formatted(name, String.join(", ", DEFAULTS.keySet())));
    }
    if (!value.matches("[^\\s\"'{}\\[\\]#&*!|>%`]*")) {
      throw new ModelcarException(
          ErrorCode.USAGE_INVALID,
          "the value of %s has characters that YAML would misread".formatted(name));
    }
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.put(name, value);
    return new RenderValues(changed);
  }

  /** The same with the values of a YAML file, whose keys are the names. */
  public RenderValues withFile(Path file) {
    try {
      JsonNode yaml = new ObjectMapper(new YAMLFactory()).readTree(Files.readAllBytes(file));
      RenderValues changed = this;
      for (Map.Entry<String, JsonNode> entry : yaml.properties()) {
        if (!entry.getValue().isValueNode()) {
          throw new ModelcarException(
              ErrorCode.USAGE_INVALID,
              "%s: the value of %s is not a word".formatted(file, entry.getKey()));
        }
        changed = changed.with(entry.getKey(), entry.getValue().asText());
      }
      return changed;
    } catch (IOException e) {
      throw new ModelcarException(
          ErrorCode.USAGE_INVALID, "the values file %s cannot be read".formatted(file), e);
    }
  }

  String get(String name) {
    return java.util.Objects.requireNonNull(values.get(name));
  }
}
