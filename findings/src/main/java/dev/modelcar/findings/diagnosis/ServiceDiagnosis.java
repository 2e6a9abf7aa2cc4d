package dev.modelcar.findings.diagnosis;

import dev.modelcar.findings.evidence.KubeObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Diagnoses what serves a model, and Jobs: their newest pods first, then what stands above. */
final class ServiceDiagnosis {
  private static final String HASH = "pod-template-hash";
  private static final String REVISION = "deployment.kubernetes.io/revision";

  private static final Set<String> UNEXPLAINED =
      Set.of("serve-container-crashed", "serve-container-waiting", "container-not-started");

  private final World world;
  private final Judge judge;
  private final PodDiagnosis pods;
  private final Standalone standalone;

  ServiceDiagnosis(World world, Judge judge, Standalone standalone) {
    this.standalone = standalone;
    this.world = world;
    this.judge = judge;
    this.pods = new PodDiagnosis(world, judge);
  }

  // ---- InferenceServices ----

  Optional<Finding> ofService(KubeObject service) {
    List<KubeObject> deployments =
        world.of("Deployment").stream()
            .filter(deployment -> Served.isOf(service, deployment))
            .toList();
    Optional<Finding> held = held(service);
    if (held.isPresent()) {
      return held;
    }
    for (KubeObject deployment : deployments) {
      Optional<Finding> finding = ofDeployment(deployment, service.reference());
      if (finding.isPresent()) {
        return finding;
      }
    }
    boolean ready = service.condition("Ready").text("status").equals("True");
    if (deployments.isEmpty()) {
      List<KubeObject> own =
          world.of("Pod").stream().filter(pod -> Served.isOf(service, pod)).toList();
      List<KubeObject> sets =
          world.of("ReplicaSet").stream().filter(set -> Served.isOf(service, set)).toList();
      Optional<Finding> finding =
          ofPods(newest(own, List.of()), serving(service.reference()))
              .or(() -> newestSet(sets).flatMap(set -> ofReplicaSet(set, service.reference())));
      if (finding.isPresent()) {
        return finding;
      }
    }
    return ready ? Optional.empty() : ofConditions(service, deployments.isEmpty());
  }

  private static PodDiagnosis.Purpose serving(String object) {
    return new PodDiagnosis.Purpose(object, true, "", "", "server");
  }

  /** It is to be deleted, and a finalizer holds it. */
  private Optional<Finding> held(KubeObject service) {
    if (service.text("metadata", "deletionTimestamp").isEmpty()) {
      return Optional.empty();
    }
    String finalizers = service.at("metadata", "finalizers").node().toString();
    return judge
        .ofCluster(
            List.of(new Clue(service.reference(), "Terminating: finalizers " + finalizers)),
            List.of(),
            true)
        .map(match ->
            place(
                    service,
                    "the %s %s is to be deleted and is not"
                        .formatted(service.kind(), service.name()))
                .finding(Role.CAUSE, match));
  }

  private Optional<Finding> ofConditions(KubeObject service, boolean alone) {
    List<Clue> clues = new ArrayList<>();
    KubeObject failure = service.at("status", "modelStatus", "lastFailureInfo");
    if (!failure.isEmpty()) {
      clues.add(
          new Clue(service.reference(), failure.text("reason") + ": " + failure.text("message")));
    }
    service.list("status", "conditions").stream()
        .filter(condition -> condition.text("status").equals("False"))
        .filter(condition -> !condition.text("type").equals("Stopped"))
        .forEach(condition ->
            clues.add(
                new Clue(
                    service.reference() + " " + condition.text("type"),
                    condition.text("reason") + ": " + condition.text("message"))));
    if (alone) {
      // Once there is a Deployment, earlier refusals are over.
      clues.addAll(
          world.warnings(
              service.kind(), service.name(), service.text("metadata", "uid"), service.created()));
    }
    Place place =
        place(service, "the %s %s is not ready".formatted(service.kind(), service.name()));
    Optional<Match> match = judge.ofCluster(clues, List.of(), true);
    if (match.isPresent()) {
      return Optional.of(place.finding(Role.CAUSE, match.get()));
    }
    boolean refused =
        clues.stream()
            .anyMatch(clue ->
                clue.text().contains("ReconcileFailed")
                    || (alone && clue.text().contains("InternalError"))
                    || clue.text().contains("InvalidSpec"));
    return refused
        ? Optional.of(
            place.unexplained(judge.rule("serve-refused-by-kserve"), clues, List.of(), ""))
        : Optional.empty();
  }

  // ---- Deployments ----

  /**
   * @param object to which a failure is attributed; empty for the Deployment itself
   */
  Optional<Finding> ofDeployment(KubeObject deployment, String object) {
    String place = object.isEmpty() ? deployment.reference() : object;
    List<KubeObject> sets =
        world.of("ReplicaSet").stream()
            .filter(set -> set.isOwnedBy("Deployment", deployment.name()))
            .toList();
    List<KubeObject> all =
        world.of("Pod").stream()
            .filter(pod ->
                sets.stream().anyMatch(set -> pod.isOwnedBy("ReplicaSet", set.name()))
                    || (sets.isEmpty() && Standalone.mayBeOf(deployment, pod)))
            .toList();
    Optional<Finding> ofPods = ofPods(newest(all, sets), serving(place));
    if (ofPods.isPresent()) {
      return ofPods;
    }
    List<Clue> clues = refusals(deployment);
    return clues.isEmpty()
        ? newestSet(sets).flatMap(set -> ofReplicaSet(set, place))
        : Optional.of(refused(deployment, place, clues));
  }

  /** A set that has fewer pods than it should: the cluster refuses them. */
  Optional<Finding> ofReplicaSet(KubeObject set, String object) {
    if (set.at("status").isEmpty()
        || set.number("status", "replicas") >= set.number("spec", "replicas")) {
      return Optional.empty();
    }
    List<Clue> clues = refusals(set);
    clues.addAll(
        world
            .warnings("ReplicaSet", set.name(), set.text("metadata", "uid"), set.created())
            .stream()
            .filter(clue -> clue.text().startsWith("FailedCreate"))
            .toList());
    return clues.isEmpty() ? Optional.empty() : Optional.of(refused(set, object, clues));
  }

  private static List<Clue> refusals(KubeObject owner) {
    List<Clue> clues = new ArrayList<>();
    owner.list("status", "conditions").stream()
        .filter(condition -> condition.text("type").equals("ReplicaFailure"))
        .filter(condition -> condition.text("status").equals("True"))
        .forEach(condition ->
            clues.add(
                new Clue(
                    owner.reference(),
                    condition.text("reason") + ": " + condition.text("message"))));
    return clues;
  }

  private Finding refused(KubeObject owner, String object, List<Clue> clues) {
    String what = "the cluster refuses the pods of " + owner.name();
    Place where = Place.of(object, owner.namespace(), "", "", what);
    return judge
        .ofCluster(clues, List.of(), Served.isReferredTo(object))
        .map(match -> where.finding(Role.CAUSE, match))
        .orElseGet(() -> where.unexplained(judge.rule("serve-pod-refused"), clues, List.of(), ""));
  }

  private static Optional<KubeObject> newestSet(List<KubeObject> sets) {
    return sets.stream()
        .max(
            Comparator.comparingLong(
                set -> set.at("metadata", "annotations", REVISION).node().asLong(0)));
  }

  /** Pods of the newest template that are not about to end. */
  private List<KubeObject> newest(List<KubeObject> pods, List<KubeObject> sets) {
    Optional<String> hash =
        newestSet(sets)
            .map(set -> set.label(HASH))
            .or(() ->
                pods.stream()
                    .max(Comparator.comparing(pod -> pod.created().orElse(java.time.Instant.MIN)))
                    .map(pod -> pod.label(HASH)));
    boolean serves = pods.stream().anyMatch(ServiceDiagnosis::isReady);
    return pods.stream()
        .filter(pod -> pod.text("metadata", "deletionTimestamp").isEmpty())
        .filter(pod -> !standalone.isReplaced(pod))
        // What ended stays beside what was made in its stead.
        .filter(pod -> !serves || !pod.text("status", "phase").equals("Failed"))
        .filter(pod -> hash.map(value -> isOf(pod, value)).orElse(true))
        .toList();
  }

  /** Workers of a server on several nodes are made without a template. */
  private static boolean isOf(KubeObject pod, String hash) {
    return pod.label(HASH).isEmpty() || pod.label(HASH).equals(hash);
  }

  private static boolean isReady(KubeObject pod) {
    return pod.condition("Ready").text("status").equals("True");
  }

  /** What is wrong with pods of one service; one that is explained may be why others fail. */
  private Optional<Finding> ofPods(List<KubeObject> all, PodDiagnosis.Purpose purpose) {
    List<Finding> found = all.stream().flatMap(pod -> pods.explain(pod, purpose).stream()).toList();
    return found.stream()
        .filter(finding -> !UNEXPLAINED.contains(finding.rule()))
        .findFirst()
        .or(() -> found.stream().findFirst());
  }

  private static Place place(KubeObject object, String what) {
    return Place.of(object.reference(), object.namespace(), "", "", what);
  }

  // ---- Jobs ----

  Optional<Finding> ofJob(KubeObject job) {
    KubeObject complete = job.condition("Complete");
    if (complete.text("status").equals("True")) {
      return Optional.empty();
    }
    KubeObject failed = job.condition("Failed");
    boolean hasFailed = failed.text("status").equals("True");
    List<KubeObject> own =
        world.of("Pod").stream()
            .filter(pod ->
                pod.isOwnedBy("Job", job.name())
                    || pod.label("job-name").equals(job.name())
                    || pod.label("batch.kubernetes.io/job-name").equals(job.name()))
            .sorted(
                Comparator.comparing(
                        (KubeObject pod) -> pod.created().orElse(java.time.Instant.MIN))
                    .reversed())
            .toList();
    Clue said = new Clue(job.reference(), failed.text("reason") + ": " + failed.text("message"));
    Stream<KubeObject> relevant = hasFailed ? own.stream() : own.stream().limit(1);
    Optional<Finding> ofPods =
        relevant
            .flatMap(pod ->
                pods
                    .explain(pod, new PodDiagnosis.Purpose(job.reference(), false, "", "", "job"))
                    .stream())
            .findFirst();
    if (ofPods.isPresent() || !hasFailed) {
      return ofPods;
    }
    List<Clue> clues = new ArrayList<>(List.of(said));
    clues.addAll(world.warnings("Job", job.name(), job.text("metadata", "uid"), job.created()));
    Place place = place(job, "job %s failed (%s)".formatted(job.name(), failed.text("reason")));
    return Optional.of(
        judge
            .ofCluster(clues, List.of(), false)
            .map(match -> place.finding(Role.CAUSE, match))
            .orElseGet(
                () -> place.unexplained(judge.rule("unexplained-failure"), clues, List.of(), "")));
  }
}
