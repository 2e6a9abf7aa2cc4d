package dev.modelcar.kubernetes.collect;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.evidence.LogReader;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.ClusterError;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what belongs to a run, an InferenceService, a Job or a pod: status, pods, events, logs of
 * all containers, claims. What may not be read is a gap, not a failure. Nothing is changed, and no
 * Secret is read.
 */
public final class Collector implements AutoCloseable {
  private static final int LOG_LINES = 2000;

  /** Objects of clients without a type need not say their kind. */
  private static final Map<String, String> KINDS = Map.of("taskruns", "TaskRun");

  private final Cluster cluster;
  // Where time is limited, they are read while they still grow.
  private final List<KubeObject> objects = new CopyOnWriteArrayList<>();
  private final List<ContainerLog> logs = new CopyOnWriteArrayList<>();
  private final List<String> gaps = new CopyOnWriteArrayList<>();

  Collector(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Connects to the cluster of the kubeconfig.
   *
   * @param namespace instead of the one that the kubeconfig names
   * @throws ModelcarException if there is no kubeconfig that can be used
   */
  public static Collector connect(Optional<String> namespace) {
    return new Collector(Cluster.connect(namespace));
  }

  /**
   * Collects what belongs to an object, as far as it can be read in a time; the rest is a gap.
   *
   * @throws ModelcarException if there is none, or it may not be read, or not in that time
   */
  public Case collect(Subject subject, Duration limit) {
    return Threads.within("modelcar-collect", limit, () -> collect(subject))
        .orElseGet(() -> unfinished(subject, limit));
  }

  private Case unfinished(Subject subject, Duration limit) {
    List<KubeObject> found = List.copyOf(objects);
    if (found.isEmpty()) {
      throw new ModelcarException(
          ClusterError.CLUSTER_UNREACHABLE,
          "%s %s cannot be read: no response within %d seconds"
              .formatted(subject.kind(), subject.name(), limit.toSeconds()));
    }
    List<String> known = new ArrayList<>(gaps);
    known.add(
        "reading was stopped after %d seconds, so that events or logs may be missing"
            .formatted(limit.toSeconds()));
    return new Case(found, logs, List.of(), known);
  }

  /**
   * Collects what belongs to an object.
   *
   * @throws ModelcarException if there is none, or it may not be read
   */
  public Case collect(Subject subject) {
    var client = cluster.client();
    String namespace = cluster.namespace();
    String name = subject.name();
    switch (subject.kind()) {
      case "PipelineRun" -> {
        add("PipelineRun", List.of(cluster.find("PipelineRun", name)));
        list(
            "taskruns",
            () ->
                cluster
                    .tekton("TaskRun")
                    .withLabel("tekton.dev/pipelineRun", name)
                    .list()
                    .getItems());
        pods(Map.of("tekton.dev/pipelineRun", name));
      }
      case "TaskRun" -> {
        add("TaskRun", List.of(cluster.find("TaskRun", name)));
        pods(Map.of("tekton.dev/taskRun", name));
      }
      case "InferenceService" ->
          service("v1beta1", subject, Map.of("serving.kserve.io/inferenceservice", name));
      case "LLMInferenceService" ->
          service(
              "v1alpha1",
              subject,
              Map.of(
                  "app.kubernetes.io/name",
                  name,
                  "app.kubernetes.io/part-of",
                  "llminferenceservice"));
      case "Job" -> {
        one(
            "job",
            name,
            () -> client.batch().v1().jobs().inNamespace(namespace).withName(name).get());
        pods(Map.of("batch.kubernetes.io/job-name", name));
      }
      case "Deployment" -> {
        one(
            "deployment",
            name,
            () -> client.apps().deployments().inNamespace(namespace).withName(name).get());
        list(
            "replicasets",
            () ->
                client.apps().replicaSets().inNamespace(namespace).list().getItems().stream()
                    .filter(set -> isOwned(set, name))
                    .toList());
        Set<String> sets = names("ReplicaSet");
        list(
            "pods",
            () ->
                client.pods().inNamespace(namespace).list().getItems().stream()
                    .filter(pod -> sets.stream().anyMatch(set -> isOwned(pod, set)))
                    .toList());
      }
      default -> one("pod", name, () -> client.pods().inNamespace(namespace).withName(name).get());
    }
    claims();
    events();
    objects.stream().filter(object -> object.kind().equals("Pod")).forEach(this::logs);
    return new Case(objects, logs, List.of(), gaps);
  }

  private static boolean isOwned(HasMetadata object, String owner) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(reference -> reference.getName().equals(owner));
  }

  private Set<String> names(String kind) {
    Set<String> names = new HashSet<>();
    objects.stream()
        .filter(object -> object.kind().equals(kind))
        .forEach(object -> names.add(object.name()));
    return names;
  }

  /** An object of KServe, and what its controller made for it, which has these labels. */
  private void service(String version, Subject subject, Map<String, String> labels) {
    var apps = cluster.client().apps();
    String namespace = cluster.namespace();
    String kind = subject.kind();
    one(
        kind.toLowerCase(Locale.ROOT),
        subject.name(),
        () -> cluster.objects("serving.kserve.io", version, kind).withName(subject.name()).get());
    list(
        "deployments",
        () -> apps.deployments().inNamespace(namespace).withLabels(labels).list().getItems());
    list(
        "replicasets",
        () -> apps.replicaSets().inNamespace(namespace).withLabels(labels).list().getItems());
    pods(labels);
  }

  private void pods(Map<String, String> labels) {
    list(
        "pods",
        () ->
            cluster
                .client()
                .pods()
                .inNamespace(cluster.namespace())
                .withLabels(labels)
                .list()
                .getItems());
  }

  private void one(String kind, String name, Supplier<? extends @Nullable HasMetadata> request) {
    HasMetadata found = cluster.attempt("reading %s %s".formatted(kind, name), request::get);
    if (found == null) {
      throw new ModelcarException(
          ClusterError.CLUSTER_OBJECT_NOT_FOUND,
          "%s %s not found in the namespace %s".formatted(kind, name, cluster.namespace()),
          "`kubectl -n %s get %ss` lists those that exist."
              .formatted(cluster.namespace(), kind.toLowerCase(Locale.ROOT)),
          null);
    }
    add(kind, List.of(found));
  }

  /** Adds what can be listed; what cannot is a gap. */
  private void list(String what, Supplier<? extends List<? extends HasMetadata>> request) {
    try {
      add(KINDS.getOrDefault(what, what), request.get());
    } catch (KubernetesClientException e) {
      gaps.add("%s cannot be listed: %s".formatted(what, reason(e)));
    }
  }

  private static String reason(KubernetesClientException e) {
    return e.getCode() > 0 ? "HTTP status " + e.getCode() : "the cluster does not respond";
  }

  private void add(String kind, List<? extends HasMetadata> found) {
    found.forEach(each -> objects.add(cluster.evidence(each, kind)));
  }

  /** The claims that its pods and workspaces name. */
  private void claims() {
    Set<String> names = new HashSet<>();
    for (KubeObject object : objects) {
      Stream.concat(
              object.list("spec", "volumes").stream(), object.list("spec", "workspaces").stream())
          .map(volume -> volume.text("persistentVolumeClaim", "claimName"))
          .filter(name -> !name.isEmpty())
          .forEach(names::add);
    }
    if (!names.isEmpty()) {
      list(
          "persistentvolumeclaims",
          () ->
              cluster
                  .client()
                  .persistentVolumeClaims()
                  .inNamespace(cluster.namespace())
                  .list()
                  .getItems()
                  .stream()
                  .filter(claim -> names.contains(claim.getMetadata().getName()))
                  .toList());
    }
  }

  private void events() {
    Set<String> names = new HashSet<>();
    for (KubeObject object : objects) {
      names.add(object.name());
      names.add(object.text("status", "podName"));
    }
    list(
        "events",
        () ->
            cluster
                .client()
                .v1()
                .events()
                .inNamespace(cluster.namespace())
                .list()
                .getItems()
                .stream()
                .filter(event -> event.getInvolvedObject() != null)
                .filter(event -> {
                  String about = String.valueOf(event.getInvolvedObject().getName());
                  return names.contains(about) || about.startsWith("affinity-assistant");
                })
                .toList());
  }

  // ---- logs ----

  private void logs(KubeObject pod) {
    for (KubeObject status :
        Stream.concat(
                pod.list("status", "initContainerStatuses").stream(),
                pod.list("status", "containerStatuses").stream())
            .toList()) {
      boolean began =
          !status.at("state", "running").isEmpty() || !status.at("state", "terminated").isEmpty();
      if (began) {
        log(pod.name(), status.text("name"), false);
      }
      if (status.number("restartCount") > 0) {
        log(pod.name(), status.text("name"), true);
      }
    }
  }

  private void log(String pod, String container, boolean previous) {
    ContainerResource resource = cluster.container(pod, container);
    try {
      String text =
          previous
              ? resource.terminated().tailingLines(LOG_LINES).getLog()
              : resource.tailingLines(LOG_LINES).getLog();
      logs.add(new ContainerLog(pod, container, previous, LogReader.lines(text)));
    } catch (KubernetesClientException e) {
      if (!previous) {
        gaps.add("the log of %s %s cannot be read: %s".formatted(pod, container, reason(e)));
      }
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
