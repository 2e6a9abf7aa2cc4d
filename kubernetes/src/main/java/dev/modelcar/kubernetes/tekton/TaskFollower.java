package dev.modelcar.kubernetes.tekton;

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
import java.util.concurrent.ConcurrentHashMap;

/** Follows the tasks of a run: how they stand, and what their steps print. */
final class TaskFollower implements AutoCloseable {
  private static final String RUN = "tekton.dev/pipelineRun";
  private static final String TASK_RUN = "tekton.dev/taskRun";
  private static final String STEP = "step-";

  private final Cluster cluster;
  private final String run;
  private final RunListener listener;
  private final Map<String, Condition> told = new HashMap<>();
  private final Map<String, StepLog> logs = new LinkedHashMap<>();
  private final Set<String> podsWithoutHeap = ConcurrentHashMap.newKeySet();

  TaskFollower(Cluster cluster, String run, RunListener listener) {
    this.cluster = cluster;
    this.run = run;
    this.listener = listener;
  }

  /** Looks at all tasks, and returns those that have failed for good. */
  List<FailedTask> look() {
    List<GenericKubernetesResource> tasks =
        cluster.tekton("TaskRun").withLabel(RUN, run).list().getItems();
    tasks.sort(Comparator.comparing(task -> task.getMetadata().getName()));
    lookAtLogs();
    List<FailedTask> failed = new ArrayList<>();
    for (GenericKubernetesResource task : tasks) {
      String name = taskName(task.getMetadata().getName());
      Optional<Condition> condition = Condition.of(task);
      condition.ifPresent(now -> tell(name, now));
      condition
          .filter(now -> now.status().equals("False"))
          .ifPresent(now ->
              failed.add(new FailedTask(name, now.reason(), now.message(), advice(task, now))));
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

  private Optional<String> advice(GenericKubernetesResource task, Condition condition) {
    Fields status = Fields.of(task).at("status");
    String exhausted = Integer.toString(TaskAdvice.HEAP_EXHAUSTED);
    boolean heap =
        podsWithoutHeap.contains(status.text("podName").orElse(""))
            && status.list("steps").stream()
                .flatMap(step -> step.at("terminated").text("exitCode").stream())
                .anyMatch(exhausted::equals);
    return heap ? Optional.of(TaskAdvice.ofExhaustedHeap()) : TaskAdvice.of(condition.reason());
  }

  // ---- logs ----

  private void lookAtLogs() {
    List<Pod> pods;
    try {
      pods =
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
    pods.sort(Comparator.comparing(pod -> pod.getMetadata().getName()));
    for (Pod pod : pods) {
      if (pod.getStatus() != null) {
        pod.getStatus().getContainerStatuses().forEach(status -> lookAtLog(pod, status));
      }
    }
  }

  private void lookAtLog(Pod pod, ContainerStatus status) {
    boolean terminated = status.getState() != null && status.getState().getTerminated() != null;
    boolean began =
        terminated || (status.getState() != null && status.getState().getRunning() != null);
    if (began && status.getName().startsWith(STEP)) {
      String name = pod.getMetadata().getName();
      String task = taskName(pod.getMetadata().getLabels().getOrDefault(TASK_RUN, name));
      logs.computeIfAbsent(name + "/" + status.getName(), key -> open(task, name, status.getName()))
          .look(terminated);
    }
  }

  private StepLog open(String task, String pod, String container) {
    ContainerResource resource =
        cluster
            .client()
            .pods()
            .inNamespace(cluster.namespace())
            .withName(pod)
            .inContainer(container)
            // It has begun, and that is enough.
            .withReadyWaitTimeout(null);
    return new StepLog(
        resource,
        new LogLines(line -> {
          if (line.contains("java.lang.OutOfMemoryError")) {
            podsWithoutHeap.add(pod);
          }
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
