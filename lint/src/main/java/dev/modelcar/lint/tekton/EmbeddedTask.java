package dev.modelcar.lint.tekton;

import dev.modelcar.lint.tree.At;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A task of a pipeline whose steps stand in the pipeline: all that it declares is known. */
record EmbeddedTask(At task, At spec) {
  private static final Set<String> KINDS = Set.of("", "Task");

  /** Empty for a reference, and for a custom task, whose results nobody declares. */
  static Optional<EmbeddedTask> of(At task) {
    At spec = task.get("taskSpec");
    boolean own =
        spec.get("steps").size() > 0
            && task.get("taskRef").isAbsent()
            && !spec.get("apiVersion").hasText()
            && KINDS.contains(spec.get("kind").text());
    return own ? Optional.of(new EmbeddedTask(task, spec)) : Optional.empty();
  }

  /** Those of a list, by name. */
  static Map<String, EmbeddedTask> named(List<At> tasks) {
    Map<String, EmbeddedTask> found = new LinkedHashMap<>();
    for (At task : tasks) {
      of(task).ifPresent(embedded -> found.put(embedded.name(), embedded));
    }
    return found;
  }

  String name() {
    return PipelineChecks.name(task);
  }

  boolean isMatrix() {
    return PipelineTask.isMatrix(task);
  }

  Set<String> results() {
    return new TreeSet<>(PipelineChecks.names(spec.get("results")));
  }

  Optional<At> result(String name) {
    return spec.get("results").items().stream()
        .filter(each -> PipelineChecks.name(each).equals(name))
        .findFirst();
  }
}
