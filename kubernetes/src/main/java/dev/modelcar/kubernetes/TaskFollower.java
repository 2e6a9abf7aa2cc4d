package dev.modelcar.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Follows the tasks of a run: how they stand, and what their steps print. */
final class TaskFollower implements AutoCloseable {
  private final KubernetesClient client;
  private final String namespace;
  private final String run;
  private final RunListener listener;
  private final Map<String, String> reasons = new HashMap<>();
  private final Map<String, LogWatch> logs = new HashMap<>();

  TaskFollower(KubernetesClient client, String namespace, String run, RunListener listener) {
    this.client = client;
    this.namespace = namespace;
    this.run = run;
    this.listener = listener;
  }

  void look(
      MixedOperation<
              GenericKubernetesResource,
              GenericKubernetesResourceList,
              Resource<GenericKubernetesResource>>
          taskRuns) {
    List<GenericKubernetesResource> tasks =
        taskRuns.inNamespace(namespace).withLabel("tekton.dev/pipelineRun", run).list().getItems();
    tasks.sort(Comparator.comparing(task -> task.getMetadata().getName()));
    for (GenericKubernetesResource task : tasks) {
      String name = task.getMetadata().getName().replaceFirst("^" + run + "-", "");
      Condition.of(task)
          .ifPresent(condition -> {
            if (!condition.reason().equals(reasons.put(name, condition.reason()))) {
              listener.task(name, condition.reason(), condition.message());
            }
          });
      String pod = task.get("status", "podName");
      if (pod != null && !pod.isEmpty() && !logs.containsKey(pod)) {
        followLog(name, pod);
      }
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
          logs.put(
              podName,
              client
                  .pods()
                  .inNamespace(namespace)
                  .withName(podName)
                  .inContainer(status.getName())
                  .watchLog(new LineStream(line -> listener.line(task, line))));
        }
      }
    } catch (KubernetesClientException e) {
      // The pod is gone, or is not there yet: the next look tells.
    }
  }

  @Override
  public void close() {
    logs.values().forEach(LogWatch::close);
  }

  private interface Lines {
    void line(String text);
  }

  /** Cuts what is written into lines. */
  private static final class LineStream extends OutputStream {
    private final Lines lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    LineStream(Lines lines) {
      this.lines = lines;
    }

    @Override
    public synchronized void write(int b) {
      if (b == '\n') {
        lines.line(line.toString(StandardCharsets.UTF_8));
        line.reset();
      } else {
        line.write(b);
      }
    }
  }
}
