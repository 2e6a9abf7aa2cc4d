package dev.modelcar.kubernetes.serving;

import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.Fields;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.dsl.AppsAPIGroupDSL;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What serves an image and what runs for it, at one moment. {@code Ready} of an InferenceService is
 * not looked at: it stays true while a rollout fails and the model before is served.
 */
record Look(
    ServedKind kind,
    GenericKubernetesResource service,
    Optional<Deployment> deployment,
    List<ReplicaSet> replicaSets,
    List<Pod> pods) {
  private static final String REVISION = "deployment.kubernetes.io/revision";
  private static final String HASH = "pod-template-hash";

  /** What runs for an object now. */
  static Look at(Cluster cluster, ServedKind kind, GenericKubernetesResource object) {
    String name = object.getMetadata().getName();
    Map<String, String> labels = kind.labels(name);
    String namespace = cluster.namespace();
    AppsAPIGroupDSL apps = cluster.client().apps();
    return new Look(
        kind,
        object,
        cluster.attempt(
            "reading the Deployment",
            () ->
                Optional.ofNullable(
                    apps.deployments()
                        .inNamespace(namespace)
                        .withName(kind.deployment(name))
                        .get())),
        cluster.attempt(
            "reading ReplicaSets",
            () -> apps.replicaSets().inNamespace(namespace).withLabels(labels).list().getItems()),
        cluster.attempt(
            "reading pods",
            () ->
                cluster
                    .client()
                    .pods()
                    .inNamespace(namespace)
                    .withLabels(labels)
                    .list()
                    .getItems()));
  }

  /** Pods of the newest template. */
  List<Pod> newPods() {
    Optional<String> hash =
        replicaSets.stream()
            .max(Comparator.comparingLong(Look::revision))
            .map(set -> set.getMetadata().getLabels())
            .map(labels -> labels.get(HASH));
    return pods.stream().filter(pod -> hash.equals(label(pod, HASH)) && !isEnding(pod)).toList();
  }

  /** Pods of earlier templates that still run. */
  List<Pod> oldPods() {
    List<Pod> current = newPods();
    return pods.stream().filter(pod -> !current.contains(pod) && !isEnding(pod)).toList();
  }

  private static long revision(ReplicaSet set) {
    Map<String, String> annotations = set.getMetadata().getAnnotations();
    String text = annotations == null ? null : annotations.get(REVISION);
    return text == null || !text.matches("\\d{1,18}") ? 0 : Long.parseLong(text);
  }

  private static Optional<String> label(Pod pod, String name) {
    return Optional.ofNullable(pod.getMetadata().getLabels()).map(labels -> labels.get(name));
  }

  private static boolean isEnding(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() != null;
  }

  /** Whether the Deployment says that all its pods are new and available. */
  boolean isRolledOut() {
    return deployment
        .filter(d -> d.getStatus() != null && d.getSpec() != null)
        .filter(d -> {
          int wanted = number(d.getSpec().getReplicas());
          return wanted > 0
              && Objects.requireNonNullElse(d.getStatus().getObservedGeneration(), 0L)
                  >= d.getMetadata().getGeneration()
              && number(d.getStatus().getUpdatedReplicas()) == wanted
              && number(d.getStatus().getAvailableReplicas()) == wanted
              && number(d.getStatus().getReplicas()) == wanted;
        })
        .isPresent();
  }

  /** Whether KServe's controller for LLMs has done what it does beside the Deployment. */
  boolean isReconciled() {
    return kind != ServedKind.LLM_INFERENCE_SERVICE
        || Fields.of(service).at("status").list("conditions").stream()
            .anyMatch(condition ->
                condition.text("type").filter("Ready"::equals).isPresent()
                    && condition.text("status").filter("True"::equals).isPresent());
  }

  private static int number(@org.jspecify.annotations.Nullable Integer value) {
    return value == null ? 0 : value;
  }

  /** Whether the cluster has taken up this image: some new pods are made of it. */
  boolean areOf(String digest) {
    List<Pod> current = newPods();
    return !current.isEmpty() && current.stream().allMatch(pod -> runs(pod, digest));
  }

  /** Whether a pod of another image is ready; of no new template if KServe refuses the change. */
  boolean servesAnother(String digest) {
    return pods.stream().anyMatch(pod -> !isEnding(pod) && isReady(pod) && !runs(pod, digest));
  }

  /** A container or a volume of the pod is this image. */
  private static boolean runs(Pod pod, String digest) {
    Stream<String> containers = pod.getSpec().getContainers().stream().map(Container::getImage);
    Stream<String> volumes =
        pod.getSpec().getVolumes().stream()
            .map(Volume::getImage)
            .filter(Objects::nonNull)
            .map(image -> image.getReference());
    return Stream.concat(containers, volumes)
        .filter(Objects::nonNull)
        .anyMatch(image -> image.endsWith(digest));
  }

  /** How it is known that a pod runs the image. */
  static String proof(List<Pod> pods, String digest) {
    boolean reported =
        pods.stream()
            .allMatch(pod ->
                statuses(pod).anyMatch(status -> ("" + status.getImageID()).endsWith(digest)));
    return reported
        ? "the nodes report that the pods run this digest"
        : "the pods mount this digest; the nodes do not report what a volume holds";
  }

  static boolean isReady(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getConditions().stream()
            .filter(condition -> "Ready".equals(condition.getType()))
            .map(PodCondition::getStatus)
            .anyMatch("True"::equals);
  }

  /** Of all containers of the new pods. */
  int restarts() {
    return newPods().stream()
        .flatMap(Look::statuses)
        .mapToInt(status -> number(status.getRestartCount()))
        .sum();
  }

  static Stream<ContainerStatus> statuses(Pod pod) {
    return pod.getStatus() == null
        ? Stream.of()
        : Stream.concat(
            pod.getStatus().getInitContainerStatuses().stream(),
            pod.getStatus().getContainerStatuses().stream());
  }

  /** The address of the image that the object names. */
  String image() {
    return kind.image(service).orElse("");
  }

  /** As commands name it. */
  String object() {
    return kind.id() + "/" + service.getMetadata().getName();
  }

  /** In one line, for whoever waits. */
  String describe() {
    List<Pod> current = newPods();
    long ready = current.stream().filter(Look::isReady).count();
    String doing =
        current.stream()
            .flatMap(Look::statuses)
            .map(status -> status.getState())
            .filter(state -> state != null && state.getWaiting() != null)
            .map(state -> state.getWaiting().getReason())
            .filter(Objects::nonNull)
            .findFirst()
            .map(reason -> ", " + reason)
            .orElse("");
    return deployment.isEmpty()
        ? "waiting for KServe to create the Deployment"
        : "%d of %d new pods ready%s%s"
            .formatted(
                ready,
                current.size(),
                doing,
                oldPods().isEmpty() ? "" : ", %d old".formatted(oldPods().size()));
  }
}
