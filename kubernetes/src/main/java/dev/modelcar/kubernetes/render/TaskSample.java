package dev.modelcar.kubernetes.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;

/** A run of a task with what it requires, as the catalog has one beside each task. */
final class TaskSample {
  private TaskSample() {}

  static String of(String yaml, RenderValues values) {
    JsonNode task;
    try {
      task = new ObjectMapper(new YAMLFactory()).readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String name = task.at("/metadata/name").asText();
    StringBuilder run = new StringBuilder();
    run.append("apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata:\n");
    run.append("  generateName: ").append(name).append("-\n");
    run.append("spec:\n  serviceAccountName: ");
    run.append(Yaml.scalar(values.get("serviceAccount"))).append('\n');
    run.append("  taskRef:\n    kind: Task\n    name: ").append(name).append("\n  params:\n");
    Map<String, String> examples = examples(values);
    for (JsonNode param : task.at("/spec/params")) {
      String key = param.path("name").asText();
      if (!param.has("default")) {
        String value = Yaml.scalar(Objects.requireNonNull(examples.get(key), key));
        boolean list = param.path("type").asText().equals("array");
        run.append("    - name: ").append(key).append("\n      value:");
        run.append(list ? "\n        - " : " ").append(value).append('\n');
      }
    }
    if (task.at("/spec/workspaces").findValuesAsText("name").contains("source")) {
      run.append("  workspaces:\n    - name: source\n      persistentVolumeClaim:\n");
      run.append("        claimName: model-volume\n");
    }
    return run.toString();
  }

  private static Map<String, String> examples(RenderValues values) {
    Map<String, String> all = values.all();
    String target = values.get("target");
    return Map.ofEntries(
        Map.entry("source", values.get("source")),
        Map.entry("targets", target),
        Map.entry("part", "1/2"),
        Map.entry("parts", "2"),
        Map.entry("image", target),
        Map.entry("images", target),
        Map.entry("IMAGE", target),
        Map.entry("run", "modelcar-ship-x7k2p"),
        Map.entry("status", "Failed"),
        Map.entry("tasks", "ship=Failed/TaskRunTimeout"),
        Map.entry("hf_repo", Objects.requireNonNull(all.get("hfRepo"))),
        Map.entry("model_name", values.get("modelName")),
        Map.entry("version_name", values.get("modelVersion")),
        Map.entry("image_uri", target),
        Map.entry("storage_uri", target),
        Map.entry("service_name", "my-model"),
        Map.entry("QUAY_ORG", "team"),
        Map.entry("QUAY_REPO", "model"));
  }
}
