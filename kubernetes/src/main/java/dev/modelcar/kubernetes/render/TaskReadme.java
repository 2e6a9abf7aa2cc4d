package dev.modelcar.kubernetes.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The page of a task in the catalog, made of the task itself. */
final class TaskReadme {
  private TaskReadme() {}

  static String of(String yaml) {
    JsonNode task;
    try {
      task = new ObjectMapper(new YAMLFactory()).readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StringBuilder page = new StringBuilder();
    JsonNode spec = task.path("spec");
    page.append("# ").append(task.path("metadata").path("name").asText()).append("\n\n");
    page.append(spec.path("description").asText().strip()).append("\n");
    section(page, "Parameters", spec.path("params"), true);
    section(page, "Workspaces", spec.path("workspaces"), false);
    section(page, "Results", spec.path("results"), false);
    page.append("\nGenerated from the task's YAML by `modelcar render`.\n");
    return page.toString();
  }

  private static void section(StringBuilder page, String title, JsonNode items, boolean defaults) {
    if (items.isEmpty()) {
      return;
    }
    page.append("\n## ").append(title).append("\n\n");
    page.append(defaults ? "| name | default | |\n|---|---|---|\n" : "| name | |\n|---|---|\n");
    for (JsonNode item : items) {
      page.append("| ").append(item.path("name").asText());
      page.append(item.path("optional").asBoolean() ? " (optional)" : "");
      if (defaults) {
        page.append(" | ").append(standard(item));
      }
      page.append(" | ").append(item.path("description").asText().strip()).append(" |\n");
    }
  }

  private static String standard(JsonNode param) {
    JsonNode value = param.path("default");
    if (value.isMissingNode()) {
      return "required";
    }
    String text = value.isValueNode() ? value.asText() : value.toString();
    return text.isEmpty() ? "" : "`" + text + "`";
  }
}
