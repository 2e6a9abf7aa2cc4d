package dev.modelcar.kubernetes.tekton;

import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.Fields;
import java.util.List;
import java.util.Optional;

/** Looks up the steps of tasks in a cluster. */
final class TaskSteps implements RunSpec.Steps {
  private final Cluster cluster;

  TaskSteps(Cluster cluster) {
    this.cluster = cluster;
  }

  @Override
  public Optional<List<String>> of(Fields task) {
    if (task.has("taskSpec")) {
      return names(task.at("taskSpec"));
    }
    Fields reference = task.at("taskRef");
    // A resolver may take the task from anywhere.
    return reference.has("resolver")
        ? Optional.empty()
        : reference
            .text("name")
            .flatMap(name -> names(Fields.of(cluster.find("Task", name)).at("spec")));
  }

  private static Optional<List<String>> names(Fields spec) {
    List<Fields> steps = spec.list("steps");
    boolean named = steps.stream().allMatch(step -> step.has("name"));
    return steps.isEmpty() || !named
        ? Optional.empty()
        : Optional.of(steps.stream().flatMap(step -> step.text("name").stream()).toList());
  }
}
