package dev.modelcar.kubernetes.tekton;

import dev.modelcar.kubernetes.cluster.Cluster;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds out why pods do not start: what the cluster warns of, each of it once. */
final class PendingPods {
  /** What is wrong with a pod stays so; a look each ten seconds is soon enough. */
  private static final int LOOKS_BETWEEN = 5;

  /** What the cluster says of a pod. */
  record Warning(Pod pod, String reason, String message) {}

  private final Cluster cluster;
  private final Set<String> told = new HashSet<>();
  private int looks;

  PendingPods(Cluster cluster) {
    this.cluster = cluster;
  }

  /** New warnings of those of the pods that are pending. */
  List<Warning> warnings(List<Pod> pods) {
    List<Warning> warnings = new ArrayList<>();
    List<Pod> pending = pods.stream().filter(PendingPods::isPending).toList();
    if (pending.isEmpty() || looks++ % LOOKS_BETWEEN != 0) {
      return warnings;
    }
    List<Event> events;
    try {
      events =
          cluster
              .client()
              .v1()
              .events()
              .inNamespace(cluster.namespace())
              .withField("type", "Warning")
              .list()
              .getItems();
    } catch (KubernetesClientException e) {
      // Not everybody may see events.
      return warnings;
    }
    for (Pod pod : pending) {
      for (Event event : events) {
        boolean ofIt =
            event.getInvolvedObject() != null
                && pod.getMetadata().getName().equals(event.getInvolvedObject().getName());
        if (ofIt && told.add(pod.getMetadata().getName() + " " + event.getMessage())) {
          warnings.add(new Warning(pod, "" + event.getReason(), "" + event.getMessage()));
        }
      }
    }
    return warnings;
  }

  private static boolean isPending(Pod pod) {
    return pod.getStatus() != null && "Pending".equals(pod.getStatus().getPhase());
  }
}
