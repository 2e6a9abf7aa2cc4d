package dev.modelcar.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Follows the tasks of a run: how they stand, and what their steps print. */
final class TaskFollower implements AutoCloseable {
  private final KubernetesClient client;
  private final String namespace;
  private final String run;
  private final RunListener listener;
  private final Map<String, String> reasons = new HashMap<>();
  private final Map<String, Log> logs = new LinkedHashMap<>();

  TaskFollower(KubernetesClient client, String namespace, String run, RunListener listener) {
    this.client = client;
    this.namespace = namespace;
    this.run = run;
    this.listener = listener;
  }

  /** Looks at all tasks, and returns those that have failed for good. */
  List<FailedTask> look(
      MixedOperation<
              GenericKubernetesResource,
              GenericKubernetesResourceList,
              Resource<GenericKubernetesResource>>
          taskRuns) {
    List<GenericKubernetesResource> tasks =
        taskRuns.inNamespace(namespace).withLabel("tekton.dev/pipelineRun", run).list().getItems();
    tasks.sort(Comparator.comparing(task -> task.getMetadata().getName()));
    List<FailedTask> failed = new ArrayList<>();
    for (GenericKubernetesResource task : tasks) {
      String name = task.getMetadata().getName().replaceFirst("^" + run + "-", "");
      Optional<Condition> condition = Condition.of(task);
      condition.ifPresent(now -> tell(name, now));
      condition
          .filter(now -> now.status().equals("False"))
          .ifPresent(now -> failed.add(new FailedTask(name, now.reason(), now.message())));
      String pod = task.get("status", "podName");
      if (pod != null && !pod.isEmpty() && !logs.containsKey(pod)) {
        followLog(name, pod);
      }
    }
    return failed;
  }

  private void tell(String task, Condition condition) {
    if (!condition.reason().equals(reasons.put(task, condition.reason()))) {
      listener.task(task, condition.reason(), condition.message());
    }
  }

  private void followLog(String task, String podName) {
    try {
      Pod pod = client.pods().inNamespace(namespace).withName(podName).get();
      if (pod == null || pod.getStatus() == null) {
        return;
      }
      for (ContainerStatus status : pod.getStatus().getContainerStatuses()) {
        boolean began =
            status.getState() != null
                && (status.getState().getRunning() != null
                    || status.getState().getTerminated() != null);
        if (began && status.getName().startsWith("step-")) {
          ContainerResource container =
              client.pods().inNamespace(namespace).withName(podName).inContainer(status.getName());
          LineStream lines = new LineStream(line -> listener.line(task, line));
          logs.put(podName, new Log(container, lines, container.watchLog(lines)));
        }
      }
    } catch (KubernetesClientException e) {
      // The pod is gone, or is not there yet: the next look tells.
    }
  }

  /** Prints what the logs hold that did not come in time. */
  void catchUp() {
    for (Log log : logs.values()) {
      log.watch().close();
      try {
        log.lines().goOnWith(log.container().getLog());
      } catch (KubernetesClientException e) {
        // The pod is gone, and its log with it.
      }
    }
  }

  @Override
  public void close() {
    logs.values().forEach(log -> log.watch().close());
  }

  private record Log(ContainerResource container, LineStream lines, LogWatch watch) {}

  private interface Lines {
    void line(String text);
  }

  /** Cuts what is written into lines. */
  private static final class LineStream extends OutputStream {
    private final Lines lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int count;
    private boolean ended;

    LineStream(Lines lines) {
      this.lines = lines;
    }

    @Override
    public synchronized void write(int b) {
      if (ended) {
        return;
      }
      if (b == '\n') {
        lines.line(line.toString(StandardCharsets.UTF_8));
        line.reset();
        count++;
      } else {
        line.write(b);
      }
    }

    /** Passes on the lines of a whole log that have not come by themselves; no others will. */
    synchronized void goOnWith(String log) {
      ended = true;
      log.lines().skip(count).forEach(lines::line);
    }
  }
}
