package dev.modelcar.kubernetes.tekton;

import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.Condition;
import dev.modelcar.kubernetes.cluster.Fields;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Follows the tasks of a run: how they stand, and what their steps print. */
final class TaskFollower implements AutoCloseable {
  private static final String RUN = "tekton.dev/pipelineRun";
  private static final String TASK_RUN = "tekton.dev/taskRun";
  private static final String STEP = "step-";

  /** Exit codes of which a repetition is the same: usage, refused, unauthorized, not found. */
  private static final Set<Integer> PERMANENT = Set.of(2, 3, 4, 5, 9);

  private final Cluster cluster;
  private final String run;
  private final RunListener listener;
  private final Map<String, Condition> told = new HashMap<>();
  private final Map<String, StepLog> logs = new LinkedHashMap<>();
  private final Map<String, LogTail> tails = new LinkedHashMap<>();
  private final Map<String, Pod> pods = new LinkedHashMap<>();
  private final PendingPods pending;
  private List<GenericKubernetesResource> tasks = List.of();

  TaskFollower(Cluster cluster, String run, RunListener listener) {
    this.cluster = cluster;
    this.run = run;
    this.listener = listener;
    this.pending = new PendingPods(cluster);
  }

  /** Looks at all tasks and their logs. */
  boolean look() {
    tasks = cluster.tekton("TaskRun").withLabel(RUN, run).list().getItems();
    tasks.sort(Comparator.comparing(task -> task.getMetadata().getName()));
    lookAtLogs();
    for (GenericKubernetesResource task : tasks) {
      Condition.of(task).ifPresent(now -> tell(taskName(task.getMetadata().getName()), now));
    }
    return !tasks.isEmpty();
  }

  /** The tasks that have failed for good, as far as was seen. */
  List<FailedTask> failures() {
    List<FailedTask> failed = new ArrayList<>();
    for (GenericKubernetesResource task : tasks) {
      Condition.of(task)
          .filter(now -> now.status().equals("False"))
          .ifPresent(now -> failed.add(failure(task, now)));
    }
    return failed;
  }

  private String taskName(String taskRun) {
    return taskRun.startsWith(run + "-") ? taskRun.substring(run.length() + 1) : taskRun;
  }

  private void tell(String task, Condition now) {
    Optional<Condition> before = Optional.ofNullable(told.put(task, now));
    // What is said of a task at work is of no interest; of one that waits it is the reason.
    boolean news =
        before
            .map(then ->
                !then.reason().equals(now.reason())
                    || (!now.reason().equals("Running") && !then.message().equals(now.message())))
            .orElse(true);
    if (news) {
      listener.task(task, now.reason(), now.message());
    }
  }

  private FailedTask failure(GenericKubernetesResource task, Condition condition) {
    boolean permanent =
        Fields.of(task).at("status").list("steps").stream()
            .flatMap(step -> step.at("terminated").text("exitCode").stream())
            .map(Integer::valueOf)
            .anyMatch(PERMANENT::contains);
    return new FailedTask(
        taskName(task.getMetadata().getName()), condition.reason(), condition.message(), permanent);
  }

  /** What was seen so far, of pods that are gone, too. */
  Case seen(GenericKubernetesResource pipelineRun) {
    List<KubeObject> objects = new ArrayList<>();
    objects.add(cluster.evidence(pipelineRun, "PipelineRun"));
    tasks.forEach(task -> objects.add(cluster.evidence(task, "TaskRun")));
    pods.values().forEach(pod -> objects.add(cluster.evidence(pod, "Pod")));
    return new Case(
        objects, tails.values().stream().map(LogTail::log).toList(), List.of(), List.of());
  }

  // ---- logs ----

  private void lookAtLogs() {
    List<Pod> found;
    try {
      found =
          cluster
              .client()
              .pods()
              .inNamespace(cluster.namespace())
              .withLabel(RUN, run)
              .list()
              .getItems();
    } catch (KubernetesClientException e) {
      // Whoever may not see pods sees at least how the tasks stand.
      return;
    }
    found.sort(Comparator.comparing(pod -> pod.getMetadata().getName()));
    for (PendingPods.Warning warning : pending.warnings(found)) {
      listener.task(taskOf(warning.pod()), warning.reason(), warning.message());
    }
    for (Pod pod : found) {
      pods.put(pod.getMetadata().getName(), pod);
      if (pod.getStatus() != null) {
        pod.getStatus().getContainerStatuses().forEach(status -> lookAtLog(pod, status));
      }
    }
  }

  private String taskOf(Pod pod) {
    String name = pod.getMetadata().getName();
    return taskName(pod.getMetadata().getLabels().getOrDefault(TASK_RUN, name));
  }

  private void lookAtLog(Pod pod, ContainerStatus status) {
    boolean terminated = status.getState() != null && status.getState().getTerminated() != null;
    boolean began =
        terminated || (status.getState() != null && status.getState().getRunning() != null);
    if (began && status.getName().startsWith(STEP)) {
      String name = pod.getMetadata().getName();
      logs.computeIfAbsent(
              name + "/" + status.getName(), key -> open(taskOf(pod), name, status.getName()))
          .look(terminated);
    }
  }

  private StepLog open(String task, String pod, String container) {
    ContainerResource resource = cluster.container(pod, container);
    LogTail tail = new LogTail(pod, container);
    tails.put(pod + "/" + container, tail);
    return new StepLog(
        resource,
        new LogLines(line -> {
          tail.add(line);
          listener.line(task, line);
        }));
  }

  /** Prints what the logs hold that did not come in time. */
  void catchUp() {
    for (StepLog log : logs.values()) {
      try {
        log.rest();
      } catch (KubernetesClientException e) {
        // The pod is gone, and its log with it.
      }
    }
  }

  @Override
  public void close() {
    logs.values().forEach(StepLog::close);
  }
}
