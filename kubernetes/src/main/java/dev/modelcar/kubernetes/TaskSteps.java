package dev.modelcar.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks up the steps of tasks in a cluster. */
final class TaskSteps implements RunSpec.Steps {
  private final Cluster cluster;

  TaskSteps(Cluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public Optional<List<String>> of(Map<?, ?> task) {
    if (task.get("taskSpec") instanceof Map<?, ?> spec) {
      return names(spec);
    }
    // A resolver may take the task from anywhere.
    if (task.get("taskRef") instanceof Map<?, ?> ref
        && ref.get("name") != null
        && ref.get("resolver") == null) {
      return names(Cluster.spec(cluster.find("Task", String.valueOf(ref.get("name")))));
    }
    return Optional.empty();
  }

  private static Optional<List<String>> names(Map<?, ?> spec) {
    List<Map<?, ?>> steps = PipelineDeclaration.maps(spec.get("steps"));
    boolean named = steps.stream().allMatch(step -> step.get("name") != null);
    return steps.isEmpty() || !named
        ? Optional.empty()
        : Optional.of(steps.stream().map(step -> String.valueOf(step.get("name"))).toList());
  }
}
