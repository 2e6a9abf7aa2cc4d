package dev.modelcar.kubernetes.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;

/** A pipeline that brings its tasks along, and needs none in the namespace of its runs. */
final class InlinedPipeline {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private InlinedPipeline() {}

  /**
   * A pipeline as JSON, which is YAML as well.
   *
   * @param values which say what its tasks run
   */
  static String of(String name, RenderValues values) {
    try {
      JsonNode pipeline = YAML.readTree(Templates.pipeline(name, values));
      for (String group : new String[] {"tasks", "finally"}) {
        for (JsonNode task : pipeline.path("spec").path(group)) {
          inline((ObjectNode) task, values);
        }
      }
      return new ObjectMapper().writeValueAsString(pipeline);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void inline(ObjectNode task, RenderValues values) throws IOException {
    String name = task.remove("taskRef").path("name").asText();
    JsonNode spec = YAML.readTree(Templates.task(name, values)).path("spec");
    giveDefaults(task, spec.path("params"));
    task.set("taskSpec", spec);
  }

  /** Tekton takes what an inlined task is not given from the pipeline's parameter of that name. */
  private static void giveDefaults(ObjectNode task, JsonNode declared) {
    ArrayNode params = task.withArray("params");
    Set<String> given = new HashSet<>();
    params.forEach(param -> given.add(param.path("name").asText()));
    for (JsonNode param : declared) {
      String name = param.path("name").asText();
      if (param.has("default") && !given.contains(name)) {
        params.addObject().put("name", name).set("value", param.path("default"));
      }
    }
  }
}
