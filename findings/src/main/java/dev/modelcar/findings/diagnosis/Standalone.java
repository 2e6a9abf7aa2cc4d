package dev.modelcar.findings.diagnosis;

import dev.modelcar.findings.evidence.KubeObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The objects that nothing else speaks for: no run, service, Job or Deployment of the case owns
 * them, so that they are judged by themselves, whatever lies beside them.
 */
final class Standalone {
  private static final Set<String> JUDGED =
      Set.of("PipelineRun", "TaskRun", Served.SERVICE, Served.LLM, "Job", "Deployment");
  private static final Map<String, String> OWNER_LABELS =
      Map.of(
          "tekton.dev/pipelineRun", "PipelineRun",
          "tekton.dev/taskRun", "TaskRun",
          "serving.kserve.io/inferenceservice", "InferenceService",
          "job-name", "Job",
          "batch.kubernetes.io/job-name", "Job");

  private final World world;

  /** Of the TaskRuns of the case, those of earlier attempts among them. */
  private final Set<String> pods = new HashSet<>();

  /** Names of what is judged, and of Deployments without ReplicaSets in the case. */
  private final Set<String> names = new HashSet<>();

  private final Set<String> deploymentsWithoutSets = new HashSet<>();

  /** When the newest pod was made that is well, or has done its work, by owner. */
  private final Map<String, Instant> well = new HashMap<>();

  Standalone(World world) {
    this.world = world;
    for (KubeObject task : world.of("TaskRun")) {
      pods.add(task.text("status", "podName"));
      new TaskState(task).attempts().forEach(attempt -> pods.add(attempt.text("podName")));
    }
    JUDGED.forEach(kind -> world.of(kind).forEach(object -> names.add(object.name())));
    world.of("Deployment").forEach(object -> deploymentsWithoutSets.add(object.name()));
    for (KubeObject set : world.of("ReplicaSet")) {
      owners(set).forEach(owner -> deploymentsWithoutSets.remove(owner.text("name")));
    }
    for (KubeObject pod : world.of("Pod")) {
      boolean isWell =
          pod.text("status", "phase").equals("Succeeded")
              || pod.condition("Ready").text("status").equals("True");
      if (isWell) {
        owners(pod).forEach(owner -> well.merge(key(owner), made(pod), Standalone::later));
      }
    }
  }

  private static List<KubeObject> owners(KubeObject object) {
    return object.list("metadata", "ownerReferences");
  }

  private static String key(KubeObject owner) {
    return owner.text("kind") + "/" + owner.text("name");
  }

  private static Instant made(KubeObject object) {
    return object.created().orElse(Instant.MIN);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** Jobs without an owner in the case; of those that one CronJob started, the newest. */
  List<KubeObject> jobs() {
    List<KubeObject> own = world.of("Job").stream().filter(job -> !belongs(job)).toList();
    Map<String, Instant> newest = new HashMap<>();
    own.forEach(job ->
        owners(job).forEach(owner -> newest.merge(key(owner), made(job), Standalone::later)));
    return own.stream()
        .filter(job ->
            owners(job).stream()
                .filter(owner -> owner.text("kind").equals("CronJob"))
                .noneMatch(
                    owner -> newest.getOrDefault(key(owner), Instant.MIN).isAfter(made(job))))
        .toList();
  }

  List<KubeObject> deployments() {
    return world.of("Deployment").stream()
        .filter(deployment -> !belongs(deployment))
        .filter(deployment ->
            Served.KINDS.stream()
                .flatMap(kind -> world.of(kind).stream())
                .noneMatch(service -> Served.isOf(service, deployment)))
        .toList();
  }

  List<KubeObject> sets() {
    return world.of("ReplicaSet").stream().filter(set -> !belongs(set)).toList();
  }

  /** TaskRuns of runs that are not in the case, and of pipelines that no run of it has. */
  List<TaskState> tasksOfUnknownRuns() {
    return world.of("TaskRun").stream()
        .map(TaskState::new)
        .filter(task -> !task.run().isEmpty())
        .filter(task -> !belongs(task.object()) && !isOfAnotherRun(task.object()))
        .toList();
  }

  /**
   * Pods without an owner in the case.
   *
   * @param only whether there is nothing but pods, so that those about to end count, too
   */
  List<KubeObject> pods(boolean only) {
    return world.of("Pod").stream()
        .filter(pod -> !belongs(pod) && !isNamedByOwner(pod) && !isOfAnotherRun(pod))
        .filter(pod -> only || !isEnding(pod))
        .filter(pod -> !isReplaced(pod))
        .toList();
  }

  /** Whether an owner, or the object that a label names, is judged. */
  private boolean belongs(KubeObject object) {
    boolean owned =
        owners(object).stream()
            .flatMap(owner -> world.find(owner.text("kind"), owner.text("name")).stream())
            .anyMatch(owner -> JUDGED.contains(owner.kind()) || isOfDeployment(owner));
    return owned
        || world.of(Served.LLM).stream().anyMatch(service -> Served.isOf(service, object))
        || OWNER_LABELS.entrySet().stream()
            .filter(label -> !object.kind().equals(label.getValue()))
            .anyMatch(
                label -> world.find(label.getValue(), object.label(label.getKey())).isPresent());
  }

  /** The pods of a ReplicaSet are judged with its Deployment, and never with itself. */
  private boolean isOfDeployment(KubeObject owner) {
    return owner.kind().equals("ReplicaSet")
        && owners(owner).stream()
            .anyMatch(above -> world.find("Deployment", above.text("name")).isPresent());
  }

  /** Pods that a run names, helpers of a run, and pods of which no more than the name is known. */
  private boolean isNamedByOwner(KubeObject pod) {
    boolean assistant =
        pod.name().startsWith("affinity-assistant-") && !world.of("PipelineRun").isEmpty();
    return pods.contains(pod.name()) || assistant || isNamedAfter(pod);
  }

  private boolean isNamedAfter(KubeObject pod) {
    Set<String> owners = isPrinted(pod) ? names : isOfSet(pod) ? deploymentsWithoutSets : Set.of();
    String name = pod.name();
    for (int dash = name.indexOf('-'); dash > 0; dash = name.indexOf('-', dash + 1)) {
      if (owners.contains(name.substring(0, dash))) {
        return true;
      }
    }
    return false;
  }

  /** Of a pod that kubectl described, owner and labels may be cut off. */
  static boolean isPrinted(KubeObject pod) {
    return pod.text("apiVersion").isEmpty();
  }

  private static boolean isOfSet(KubeObject pod) {
    return owners(pod).stream().anyMatch(owner -> owner.text("kind").equals("ReplicaSet"));
  }

  /** Whether a pod may belong to a Deployment whose ReplicaSets are not known. */
  static boolean mayBeOf(KubeObject deployment, KubeObject pod) {
    return pod.name().startsWith(deployment.name() + "-") && (isOfSet(pod) || isPrinted(pod));
  }

  /** Of the runs of one pipeline, only the newest counts, and that is in the case. */
  private boolean isOfAnotherRun(KubeObject object) {
    String pipeline = object.label("tekton.dev/pipeline");
    String run = object.label("tekton.dev/pipelineRun");
    return !run.isEmpty()
        && world.of("PipelineRun").stream()
            .map(Diagnoser::origin)
            .anyMatch(origin ->
                origin.equals(pipeline) || origin.equals(run.replaceFirst("-[a-z0-9]{5}$", "")));
  }

  private static boolean isEnding(KubeObject pod) {
    return !pod.text("metadata", "deletionTimestamp").isEmpty()
        && !pod.condition("DisruptionTarget").text("status").equals("True");
  }

  /** A pod that ended and stays, such as an evicted one, is over once another has its work. */
  boolean isReplaced(KubeObject pod) {
    return pod.text("status", "phase").equals("Failed")
        && owners(pod).stream()
            .anyMatch(owner -> well.getOrDefault(key(owner), Instant.MIN).isAfter(made(pod)));
  }
}
