package dev.modelcar.kubernetes.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sleeper;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.ClusterError;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What serves images in a namespace: InferenceServices, LLMInferenceServices, and plain
 * Deployments. They are made, watched, changed back and removed.
 */
public final class InferenceServices implements AutoCloseable {
  private static final int CONFLICT = 409;

  /**
   * Who may have set a field of an object that is ours. KServe's controller for LLMs loses who set
   * what; then the API server says that it was somebody before the first apply.
   */
  private static final Set<String> OURS = Set.of(ServiceManifest.MANAGER, "before-first-apply");

  private static final Pattern CONFLICT_WITH = Pattern.compile("conflicts? with \"([^\"]*)\"");
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** KServe acts within a second; a controller that is away may come back. */
  private static final Duration ACTS = Duration.ofSeconds(40);

  private final Cluster cluster;
  private final Sleeper sleeper;
  private final LongSupplier nanoTime;

  /** As the user says, or as it was found. */
  private Optional<ServedKind> kind;

  InferenceServices(
      Cluster cluster, Optional<ServedKind> kind, Sleeper sleeper, LongSupplier nanoTime) {
    this.cluster = cluster;
    this.kind = kind;
    this.sleeper = sleeper;
    this.nanoTime = nanoTime;
  }

  /**
   * Connects to the cluster of the kubeconfig.
   *
   * @param namespace instead of the one that the kubeconfig names
   * @param kind of what serves; empty: the first that is found by its name
   */
  public static InferenceServices connect(Optional<String> namespace, Optional<ServedKind> kind) {
    return new InferenceServices(Cluster.connect(namespace), kind, Thread::sleep, System::nanoTime);
  }

  public String namespace() {
    return cluster.namespace();
  }

  // ---- deploying ----

  /**
   * Makes what serves an image, or changes what differs in it.
   *
   * @param dryRun the API server checks it, and nothing is changed
   * @throws ModelcarException if the cluster cannot serve it, the API server refuses it, or an
   *     object or a field belongs to somebody else
   */
  public Applied apply(DeploySpec spec, boolean dryRun) {
    kind = Optional.of(spec.kind());
    KindRules rules = rules();
    ModeChoice choice =
        cluster.attempt(
            "reading what the cluster supports", () -> rules.mode(spec, ModeChoice.facts(cluster)));
    String uri = rules.uri(spec, choice);
    Optional<GenericKubernetesResource> before = find(spec.name());
    before.ifPresent(object -> rules.checkOurs(object, cluster.namespace()));
    Optional<String> served = before.flatMap(spec.kind()::image);
    Optional<String> previous =
        served
            .filter(old -> !old.endsWith(spec.digest()))
            .or(() -> before.flatMap(InferenceServices::previous));
    List<GenericKubernetesResource> wanted = rules.objects(spec, uri, previous, cluster);
    // Of several objects none is made unless the API server takes them all.
    List<GenericKubernetesResource> checked =
        wanted.size() > 1 || dryRun ? appliedAll(wanted, true) : List.of();
    GenericKubernetesResource after = (dryRun ? checked : appliedAll(wanted, false)).getFirst();
    Applied.Change change =
        before
            .map(object ->
                object.getMetadata().getGeneration().equals(after.getMetadata().getGeneration())
                        && metadataEquals(object, after)
                    ? Applied.Change.UNCHANGED
                    : Applied.Change.CHANGED)
            .orElse(Applied.Change.CREATED);
    return new Applied(
        change,
        choice.mode(),
        choice.why(),
        uri,
        served,
        wanted.stream().map(this::manifest).toList(),
        cluster.warnings());
  }

  private Applied.Manifest manifest(GenericKubernetesResource object) {
    return new Applied.Manifest(
        object.getKind().toLowerCase(Locale.ROOT) + "/" + object.getMetadata().getName(),
        cluster.client().getKubernetesSerialization().convertValue(object, JsonNode.class),
        Serialization.asYaml(object));
  }

  private List<GenericKubernetesResource> appliedAll(
      List<GenericKubernetesResource> wanted, boolean dryRun) {
    return wanted.stream()
        .map(object -> {
          String name = "%s %s".formatted(object.getKind(), object.getMetadata().getName());
          try {
            return cluster.attempt("applying " + name, () -> applied(object, dryRun, false));
          } catch (ModelcarException e) {
            // A namespace that does not exist is named in the response.
            boolean unknown =
                e.code() == ClusterError.CLUSTER_OBJECT_NOT_FOUND
                    && !String.valueOf(e.getMessage()).contains("namespaces ");
            throw unknown
                ? new ModelcarException(
                    ClusterError.CLUSTER_OBJECT_NOT_FOUND,
                    "the cluster has no %ss: KServe, or this part of it, is not installed"
                        .formatted(object.getKind()),
                    "`modelcar deploy --format deployment` needs no KServe.",
                    e)
                : e;
          }
        })
        .toList();
  }

  private GenericKubernetesResource applied(
      GenericKubernetesResource wanted, boolean dryRun, boolean force) {
    try {
      return cluster
          .objects(wanted)
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
    return !managers.isEmpty() && OURS.containsAll(managers);
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
    String current = kind().image(service).orElse("");
    String before =
        previous(service)
            .orElseThrow(() ->
                new ModelcarException(
                    ClusterError.CLUSTER_OBJECT_NOT_FOUND,
                    "%s %s has served no other image that is known".formatted(kind().word(), name),
                    "`modelcar deploy IMAGE --name %s` deploys any other.".formatted(name),
                    null));
    ObjectNode metadata = Json.object();
    metadata.putObject("annotations").put(ServiceManifest.PREVIOUS, current);
    String change = "{\"metadata\":%s,\"spec\":%s}".formatted(metadata, kind().change(before));
    patch(name, rules().patch(), change);
    return before;
  }

  /**
   * Removes what serves an image, and waits until it is gone.
   *
   * @return false if a finalizer holds it: then its pods keep running
   */
  public boolean remove(String name, Duration timeout) {
    GenericKubernetesResource object = get(name);
    rules().checkOurs(object, cluster.namespace());
    rules().removeBeside(cluster, name);
    cluster.attempt(
        "deleting %s %s".formatted(kind().word(), name),
        () ->
            kind()
                .in(cluster)
                .withName(name)
                .withPropagationPolicy(rules().propagation())
                .delete());
    return awaitGone(name, timeout);
  }

  /** Waits until an object that is being deleted is gone; false if it is not in time. */
  public boolean awaitGone(String name, Duration timeout) {
    long start = nanoTime.getAsLong();
    while (find(name).isPresent()) {
      if (nanoTime.getAsLong() - start > timeout.toNanos()) {
        return false;
      }
      pause();
    }
    return true;
  }

  /** What holds an object that is being deleted. */
  public List<String> finalizers(String name) {
    return find(name).map(service -> service.getMetadata().getFinalizers()).orElse(List.of());
  }

  /** Lets an object go without what its controller does first. */
  public void removeFinalizers(String name, Set<String> unwanted) {
    GenericKubernetesResource object = get(name);
    ObjectNode metadata = Json.object();
    // Of an object that somebody changes meanwhile none may get lost.
    metadata.put("resourceVersion", object.getMetadata().getResourceVersion());
    ArrayNode kept = metadata.putArray("finalizers");
    object.getMetadata().getFinalizers().stream()
        .filter(finalizer -> !unwanted.contains(finalizer))
        .forEach(kept::add);
    patch(name, PatchType.JSON_MERGE, Json.object().set("metadata", metadata).toString());
  }

  private void patch(String name, PatchType type, String change) {
    cluster.attempt(
        "changing %s %s".formatted(kind().word(), name),
        () ->
            kind()
                .in(cluster)
                .withName(name)
                .patch(
                    new PatchContext.Builder()
                        .withPatchType(type)
                        .withFieldManager(ServiceManifest.MANAGER)
                        .build(),
                    change));
  }

  // ---- finding out ----

  /**
   * Waits until an image is served, or it is certain that it will not be.
   *
   * @param digest of the image
   * @param bytes of it that nodes pull; 0 if unknown
   * @param progress hears how it stands, whenever that changes
   */
  public Verdict await(
      String name, String digest, long bytes, Duration timeout, Consumer<String> progress) {
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
        cause = Optional.of(silent(look));
      }
      Optional<Verdict> verdict = rollout.after(look, cause);
      if (verdict.isPresent()) {
        return verdict.get();
      }
      String now = look.describe() + Pulls.describe(cluster, look, digest, bytes);
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

  private static Cause silent(Look look) {
    return new Cause(
        "serve-controller-silent",
        "KServe does nothing with the " + look.kind().word(),
        look.object(),
        List.of("no Deployment was created in %d seconds".formatted(ACTS.toSeconds())),
        "See whether its controller runs: `kubectl get pods -A -l control-plane=%s`."
            .formatted(
                look.kind() == ServedKind.INFERENCE_SERVICE
                    ? "kserve-controller-manager"
                    : "llmisvc-controller-manager"));
  }

  /** How it stands now. */
  public Standing standing(String name) {
    Look look = look(name);
    String uri = look.image();
    String digest = uri.contains("@") ? uri.substring(uri.indexOf('@') + 1) : "";
    boolean serves =
        !digest.isEmpty()
            && look.isRolledOut()
            && look.isReconciled()
            && look.areOf(digest)
            && look.newPods().stream().allMatch(Look::isReady);
    return new Standing(
        look.kind(),
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
   * Sends requests to what serves.
   *
   * @param files of the image: SHA-256 by path below {@code /models}
   * @param told hears why a route is not taken
   */
  public List<SmokeCheck> smoke(
      String name,
      SmokeRoute route,
      HttpTransport transport,
      Supplier<Map<String, String>> files,
      Duration timeout,
      Consumer<String> told) {
    Look look = look(name);
    return route.checks(cluster, look, kind().service(name), transport, files, timeout, told);
  }

  /**
   * Checks a connection of the dashboard, by which nodes are to pull an image.
   *
   * @return what may be wrong with it
   * @throws ModelcarException if there is none, or nodes cannot pull with it
   */
  public Optional<String> connection(String name, String image) {
    return Connection.problem(cluster, name, image);
  }

  private Look look(String name) {
    GenericKubernetesResource object = get(name);
    return Look.at(cluster, kind(), object);
  }

  /** Of what serves; of an InferenceService if nothing was found yet. */
  private ServedKind kind() {
    return kind.orElse(ServedKind.INFERENCE_SERVICE);
  }

  private KindRules rules() {
    return KindRules.of(kind());
  }

  /** As commands name it, such as {@code deployment/NAME}. */
  public String object(String name) {
    return kind().id() + "/" + name;
  }

  private GenericKubernetesResource get(String name) {
    return find(name)
        .orElseThrow(() ->
            new ModelcarException(
                ClusterError.CLUSTER_OBJECT_NOT_FOUND,
                "%s %s not found in the namespace %s"
                    .formatted(
                        kind.map(ServedKind::word).orElse("InferenceService or Deployment"),
                        name,
                        cluster.namespace()),
                "`kubectl -n %s get %ss` lists those that exist."
                    .formatted(cluster.namespace(), kind().id()),
                null));
  }

  /** What serves under a name; the first kind that there is, if none was named. */
  private Optional<GenericKubernetesResource> find(String name) {
    if (kind.isPresent()) {
      return find(kind.get(), name);
    }
    Optional<ModelcarException> refused = Optional.empty();
    for (ServedKind one : ServedKind.values()) {
      try {
        Optional<GenericKubernetesResource> found =
            find(one, name)
                .filter(object -> one != ServedKind.DEPLOYMENT || one.image(object).isPresent());
        if (found.isPresent()) {
          kind = Optional.of(one);
          return found;
        }
      } catch (ModelcarException e) {
        // Who may see one kind need not see another, and a kind that is not installed is refused.
        if (e.code() != ClusterError.CLUSTER_FORBIDDEN) {
          throw e;
        }
        refused = refused.or(() -> Optional.of(e));
      }
    }
    if (refused.isPresent()) {
      throw refused.get();
    }
    return Optional.empty();
  }

  private Optional<GenericKubernetesResource> find(ServedKind one, String name) {
    return cluster.attempt(
        "reading %s %s".formatted(one.word(), name),
        () -> Optional.ofNullable(one.in(cluster).withName(name).get()));
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
