package dev.modelcar.findings.diagnosis;

import dev.modelcar.findings.evidence.KubeObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** How a TaskRun stands. */
record TaskState(KubeObject object) {
  private static final Set<String> GONE =
      Set.of("TaskRunTimeout", "TaskRunCancelled", "TaskRunImagePullFailed");

  KubeObject condition() {
    return object.condition("Succeeded");
  }

  String reason() {
    return condition().text("reason");
  }

  String message() {
    return condition().text("message");
  }

  boolean failed() {
    return condition().text("status").equals("False") && !ignored();
  }

  boolean succeeded() {
    return condition().text("status").equals("True");
  }

  /** It failed, and the pipeline goes on all the same. */
  boolean ignored() {
    return condition().text("status").equals("False")
        && (reason().equals("FailureIgnored")
            || object
                .text("metadata", "annotations", "pipeline.tekton.dev/pipeline-task-on-error")
                .equals("continue"));
  }

  boolean cancelled() {
    return reason().equals("TaskRunCancelled") || reason().equals("Cancelled");
  }

  boolean timedOut() {
    return reason().equals("TaskRunTimeout");
  }

  /** The task in the pipeline, or the TaskRun itself. */
  String task() {
    String task = object.label("tekton.dev/pipelineTask");
    return task.isEmpty() ? object.name() : task;
  }

  String run() {
    return object.label("tekton.dev/pipelineRun");
  }

  String pod() {
    return object.text("status", "podName");
  }

  Optional<Instant> started() {
    return object.time("status", "startTime").or(object::created);
  }

  List<KubeObject> attempts() {
    return object.list("status", "retriesStatus");
  }

  /** The step that failed first; none if all ended because the pod was taken away. */
  Optional<KubeObject> failedStep() {
    List<KubeObject> ended =
        object.list("status", "steps").stream()
            .filter(step ->
                step.number("terminated", "exitCode") != 0
                    || step.text("terminated", "reason").equals("OOMKilled"))
            .filter(
                step -> !Set.of("Continued", "Skipped").contains(step.text("terminationReason")))
            .filter(step -> !"continue".equals(onError(step.text("name"))))
            .toList();
    Comparator<KubeObject> byTime =
        Comparator.comparing(step -> step.time("terminated", "finishedAt").orElse(Instant.MAX));
    Optional<KubeObject> first = ended.stream().min(byTime);
    // Steps that wait for one that failed end in the same second, and come after it.
    return first.flatMap(
        one -> ended.stream().filter(step -> byTime.compare(step, one) == 0).findFirst());
  }

  private String onError(String step) {
    return Stream.concat(
            object.list("status", "taskSpec", "steps").stream(),
            object.list("spec", "taskSpec", "steps").stream())
        .filter(each -> each.text("name").equals(step))
        .map(each -> each.text("onError"))
        .findFirst()
        .orElse("");
  }

  /** The container of a step; empty if there is no step. */
  static String container(KubeObject step) {
    String name = step.text("container");
    return !name.isEmpty() ? name : step.text("name").isEmpty() ? "" : "step-" + step.text("name");
  }

  /** Whether the pod was taken away, so that what its steps say is not their own. */
  boolean podTakenAway() {
    return GONE.contains(reason())
        || object.list("status", "steps").stream()
            .anyMatch(step -> GONE.contains(step.text("terminationReason")));
  }

  /** A step that never ran is said to have begun with its task. */
  boolean hasLateStep() {
    Optional<Instant> start = object.time("status", "startTime");
    return start.isPresent()
        && object.list("status", "steps").stream()
            .flatMap(step -> step.time("terminated", "startedAt").stream())
            .anyMatch(time -> time.isAfter(start.get().plusSeconds(1)));
  }

  /** When it failed: its first step, or itself. */
  Optional<Instant> failedAt() {
    return failedStep()
        .flatMap(step -> step.time("terminated", "finishedAt"))
        .or(() -> object.time("status", "completionTime"))
        .or(() -> condition().time("lastTransitionTime"))
        .or(object::created);
  }

  String account() {
    return object.text("spec", "serviceAccountName").isEmpty()
        ? "default"
        : object.text("spec", "serviceAccountName");
  }
}
