package dev.modelcar.kubernetes.serving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sleeper;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.ClusterError;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The InferenceServices of a namespace: made, watched, changed back and removed. */
public final class InferenceServices implements AutoCloseable {
  private static final int CONFLICT = 409;
  private static final int SERVER_PORT = 8080;
  private static final Pattern CONFLICT_WITH = Pattern.compile("conflicts? with \"([^\"]*)\"");
  private static final String SERVICE_LABEL = "serving.kserve.io/inferenceservice";
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** KServe acts within a second; a controller that is away may come back. */
  private static final Duration ACTS = Duration.ofSeconds(40);

  private final Cluster cluster;
  private final Sleeper sleeper;
  private final LongSupplier nanoTime;

  InferenceServices(Cluster cluster, Sleeper sleeper, LongSupplier nanoTime) {
    this.cluster = cluster;
    this.sleeper = sleeper;
    this.nanoTime = nanoTime;
  }

  /**
   * Connects to the cluster of the kubeconfig.
   *
   * @param namespace instead of the one that the kubeconfig names
   */
  public static InferenceServices connect(Optional<String> namespace) {
    return new InferenceServices(Cluster.connect(namespace), Thread::sleep, System::nanoTime);
  }

  public String namespace() {
    return cluster.namespace();
  }

  // ---- deploying ----

  /**
   * Makes an InferenceService, or changes what differs in it.
   *
   * @param dryRun the API server checks it, and nothing is changed
   * @throws ModelcarException if the cluster cannot serve it, the API server refuses it, or a field
   *     belongs to somebody else
   */
  public Applied apply(DeploySpec spec, boolean dryRun) {
    ModeChoice choice =
        cluster.attempt(
            "reading what the cluster supports",
            () -> ModeChoice.of(spec.mode(), ModeChoice.facts(cluster)));
    String uri = choice.mode().uri(spec.image(), choice.plain());
    Optional<GenericKubernetesResource> before = find(spec.name());
    Optional<String> served = before.flatMap(Look::storageUri);
    Optional<String> previous =
        served
            .filter(old -> !old.endsWith(spec.digest()))
            .or(() -> before.flatMap(InferenceServices::previous));
    GenericKubernetesResource wanted = ServiceManifest.of(spec, uri, previous, cluster.namespace());
    GenericKubernetesResource after =
        cluster.attempt(
            "applying InferenceService " + spec.name(), () -> applied(wanted, dryRun, false));
    Applied.Change change =
        before.isEmpty()
            ? Applied.Change.CREATED
            : before.get().getMetadata().getGeneration().equals(after.getMetadata().getGeneration())
                    && metadataEquals(before.get(), after)
                ? Applied.Change.UNCHANGED
                : Applied.Change.CHANGED;
    return new Applied(change, choice.mode(), choice.why(), uri, served, cluster.warnings());
  }

  private GenericKubernetesResource applied(
      GenericKubernetesResource wanted, boolean dryRun, boolean force) {
    try {
      return services()
          .resource(wanted)
          .patch(
              new PatchContext.Builder()
                  .withPatchType(PatchType.SERVER_SIDE_APPLY)
                  .withFieldManager(ServiceManifest.MANAGER)
                  .withFieldValidation("Strict")
                  .withForce(force)
                  .withDryRun(dryRun ? List.of("All") : List.of())
                  .build());
    } catch (KubernetesClientException e) {
      // A rollback is an update, whose fields the API server counts as another manager's.
      if (force || e.getCode() != CONFLICT || !isWithOurselves(String.valueOf(e.getMessage()))) {
        throw e;
      }
      return applied(wanted, dryRun, true);
    }
  }

  private static boolean isWithOurselves(String message) {
    List<String> managers =
        CONFLICT_WITH.matcher(message).results().map(found -> found.group(1)).toList();
    return !managers.isEmpty() && managers.stream().allMatch(ServiceManifest.MANAGER::equals);
  }

  private static boolean metadataEquals(
      GenericKubernetesResource one, GenericKubernetesResource other) {
    return Objects.equals(one.getMetadata().getLabels(), other.getMetadata().getLabels())
        && Objects.equals(one.getMetadata().getAnnotations(), other.getMetadata().getAnnotations());
  }

  private static Optional<String> previous(GenericKubernetesResource service) {
    return Optional.ofNullable(service.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(ServiceManifest.PREVIOUS));
  }

  /**
   * Serves the image before again.
   *
   * @return the image that is served now
   * @throws ModelcarException if none is known
   */
  public String rollback(String name) {
    GenericKubernetesResource service = get(name);
    String current = Look.storageUri(service).orElse("");
    String before =
        previous(service)
            .orElseThrow(() ->
                new ModelcarException(
                    ClusterError.CLUSTER_OBJECT_NOT_FOUND,
                    "InferenceService %s has served no other image that is known".formatted(name),
                    "`modelcar deploy IMAGE --name %s` deploys any other.".formatted(name),
                    null));
    ObjectNode change = Json.object();
    change.putObject("metadata").putObject("annotations").put(ServiceManifest.PREVIOUS, current);
    change.putObject("spec").putObject("predictor").putObject("model").put("storageUri", before);
    cluster.attempt(
        "changing InferenceService " + name,
        () ->
            services()
                .withName(name)
                .patch(
                    new PatchContext.Builder()
                        .withPatchType(PatchType.JSON_MERGE)
                        .withFieldManager(ServiceManifest.MANAGER)
                        .build(),
                    change.toString()));
    return before;
  }

  /**
   * Removes an InferenceService, and waits until it is gone.
   *
   * @return false if a finalizer holds it: then its pods keep running
   */
  public boolean remove(String name, Duration timeout) {
    get(name);
    cluster.attempt("deleting InferenceService " + name, () -> services().withName(name).delete());
    long start = nanoTime.getAsLong();
    while (find(name).isPresent()) {
      if (nanoTime.getAsLong() - start > timeout.toNanos()) {
        return false;
      }
      pause();
    }
    return true;
  }

  /** What holds an InferenceService that is being deleted. */
  public List<String> finalizers(String name) {
    return find(name).map(service -> service.getMetadata().getFinalizers()).orElse(List.of());
  }

  // ---- finding out ----

  /**
   * Waits until an image is served, or it is certain that it will not be.
   *
   * @param digest of the image
   * @param progress hears how it stands, whenever that changes
   */
  public Verdict await(String name, String digest, Duration timeout, Consumer<String> progress) {
    long start = nanoTime.getAsLong();
    Rollout rollout = new Rollout(digest, nanoTime);
    Diagnosis diagnosis = new Diagnosis(cluster, Instant.now().minusSeconds(2));
    String said = "";
    while (true) {
      Look look = look(name);
      Optional<Cause> cause = diagnosis.of(look);
      if (cause.isEmpty()
          && look.deployment().isEmpty()
          && nanoTime.getAsLong() - start > ACTS.toNanos()) {
        cause = Optional.of(silent(name));
      }
      Optional<Verdict> verdict = rollout.after(look, cause);
      if (verdict.isPresent()) {
        return verdict.get();
      }
      String now = look.describe();
      if (!now.equals(said)) {
        progress.accept(now);
        said = now;
      }
      if (nanoTime.getAsLong() - start > timeout.toNanos()) {
        return cause.isPresent()
            ? new Verdict.Failed(cause.get(), look.servesAnother(digest))
            : new Verdict.Undecided(now);
      }
      pause();
    }
  }

  private static Cause silent(String name) {
    return new Cause(
        "serve-controller-silent",
        "KServe does nothing with the InferenceService",
        "inferenceservice/" + name,
        List.of("no Deployment was created in %d seconds".formatted(ACTS.toSeconds())),
        "See whether its controller runs: `kubectl get pods -A -l control-plane=kserve-controller-manager`.");
  }

  /** How an InferenceService stands now. */
  public Standing standing(String name) {
    Look look = look(name);
    String uri = Look.storageUri(look.service()).orElse("");
    String digest = uri.contains("@") ? uri.substring(uri.indexOf('@') + 1) : "";
    boolean serves =
        !digest.isEmpty()
            && look.isRolledOut()
            && look.areOf(digest)
            && look.newPods().stream().allMatch(Look::isReady);
    return new Standing(
        uri,
        previous(look.service()),
        serves,
        look.describe(),
        new ArrayList<>(look.newPods().stream().map(pod -> pod.getMetadata().getName()).toList()),
        serves
            ? Optional.empty()
            : new Diagnosis(cluster, Instant.now().minus(Duration.ofMinutes(10))).of(look),
        Optional.ofNullable(look.service().getMetadata().getLabels()).orElse(Map.of()));
  }

  /**
   * Sends requests to each pod that serves, by a forwarded port: what a Service leads to may
   * change.
   *
   * @param files of the image: SHA-256 by path below {@code /models}
   */
  public List<SmokeCheck> smoke(
      String name, Supplier<Map<String, String>> files, Duration timeout) {
    List<SmokeCheck> checks = new ArrayList<>();
    for (Pod pod : look(name).newPods()) {
      String podName = pod.getMetadata().getName();
      int port =
          pod.getSpec().getContainers().stream()
              .flatMap(container -> container.getPorts().stream())
              .map(ContainerPort::getContainerPort)
              .findFirst()
              .orElse(SERVER_PORT);
      try (LocalPortForward forward =
          cluster.attempt("forwarding a port", () -> forward(podName, port))) {
        URI server = URI.create("http://127.0.0.1:" + forward.getLocalPort());
        checks.addAll(Smoke.of(podName, server, files, timeout));
      } catch (IOException e) {
        // The port is of no use any more.
      }
    }
    return checks;
  }

  private LocalPortForward forward(String pod, int port) {
    return cluster.client().pods().inNamespace(cluster.namespace()).withName(pod).portForward(port);
  }

  private Look look(String name) {
    return new Look(
        get(name),
        cluster.attempt(
            "reading the Deployment",
            () ->
                Optional.ofNullable(
                    cluster
                        .client()
                        .apps()
                        .deployments()
                        .inNamespace(cluster.namespace())
                        .withName(name + "-predictor")
                        .get())),
        cluster.attempt(
            "reading ReplicaSets",
            () ->
                cluster
                    .client()
                    .apps()
                    .replicaSets()
                    .inNamespace(cluster.namespace())
                    .withLabel(SERVICE_LABEL, name)
                    .list()
                    .getItems()),
        cluster.attempt(
            "reading pods",
            () ->
                cluster
                    .client()
                    .pods()
                    .inNamespace(cluster.namespace())
                    .withLabel(SERVICE_LABEL, name)
                    .list()
                    .getItems()));
  }

  private GenericKubernetesResource get(String name) {
    return find(name)
        .orElseThrow(() ->
            new ModelcarException(
                ClusterError.CLUSTER_OBJECT_NOT_FOUND,
                "InferenceService %s not found in the namespace %s"
                    .formatted(name, cluster.namespace()),
                "`kubectl -n %s get inferenceservices` lists those that exist."
                    .formatted(cluster.namespace()),
                null));
  }

  private Optional<GenericKubernetesResource> find(String name) {
    return cluster.attempt(
        "reading InferenceService " + name,
        () -> Optional.ofNullable(services().withName(name).get()));
  }

  private NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      services() {
    return cluster.objects("serving.kserve.io", "v1beta1", "InferenceService");
  }

  private void pause() {
    try {
      sleeper.sleep(PAUSE);
    } catch (InterruptedException e) {
      throw Cluster.stopped("waiting for the model to be served", e);
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
