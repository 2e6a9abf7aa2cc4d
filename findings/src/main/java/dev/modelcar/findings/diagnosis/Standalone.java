package dev.modelcar.findings.diagnosis;

import dev.modelcar.findings.evidence.KubeObject;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The objects that nothing else speaks for: no run, service, Job or Deployment of the case owns
 * them, so that they are judged by themselves, whatever lies beside them.
 */
final class Standalone {
  private static final Set<String> JUDGED =
      Set.of("PipelineRun", "TaskRun", "InferenceService", "Job", "Deployment");
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

  Standalone(World world) {
    this.world = world;
    for (KubeObject task : world.of("TaskRun")) {
      pods.add(task.text("status", "podName"));
      new TaskState(task).attempts().forEach(attempt -> pods.add(attempt.text("podName")));
    }
  }

  /** Jobs without an owner in the case; of those that one CronJob started, the newest. */
  List<KubeObject> jobs() {
    List<KubeObject> own = world.of("Job").stream().filter(job -> !belongs(job)).toList();
    return own.stream()
        .filter(job -> own.stream().noneMatch(other -> isNewerOf(other, job, "CronJob")))
        .toList();
  }

  List<KubeObject> deployments() {
    return world.of("Deployment").stream()
        .filter(deployment -> !belongs(deployment))
        .filter(deployment ->
            world.of("InferenceService").stream()
                .noneMatch(service -> deployment.name().equals(service.name() + "-predictor")))
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
    List<KubeObject> own =
        world.of("Pod").stream()
            .filter(pod -> !belongs(pod) && !isNamedByOwner(pod) && !isOfAnotherRun(pod))
            .toList();
    return own.stream()
        .filter(pod -> only || !isEnding(pod))
        .filter(pod ->
            !pod.text("status", "phase").equals("Failed")
                || own.stream().noneMatch(other -> replaces(other, pod)))
        .toList();
  }

  /** Whether an owner, or the object that a label names, is judged. */
  private boolean belongs(KubeObject object) {
    boolean owned =
        object.list("metadata", "ownerReferences").stream()
            .flatMap(owner -> world.find(owner.text("kind"), owner.text("name")).stream())
            .anyMatch(owner -> JUDGED.contains(owner.kind()) || isOfDeployment(owner));
    return owned
        || OWNER_LABELS.entrySet().stream()
            .filter(label -> !object.kind().equals(label.getValue()))
            .anyMatch(
                label -> world.find(label.getValue(), object.label(label.getKey())).isPresent());
  }

  /** The pods of a ReplicaSet are judged with its Deployment, and never with itself. */
  private boolean isOfDeployment(KubeObject owner) {
    return owner.kind().equals("ReplicaSet") && belongs(owner);
  }

  /** Pods that a run names, helpers of a run, and pods of which no more than the name is known. */
  private boolean isNamedByOwner(KubeObject pod) {
    boolean assistant =
        pod.name().startsWith("affinity-assistant-") && !world.of("PipelineRun").isEmpty();
    return pods.contains(pod.name()) || assistant || isNamedAfter(pod);
  }

  private boolean isNamedAfter(KubeObject pod) {
    return JUDGED.stream()
        .flatMap(kind -> world.of(kind).stream())
        .anyMatch(owner ->
            isPrinted(pod) ? startsLike(owner, pod) : isOfDeploymentWithoutSets(pod, owner));
  }

  /** Of a pod that kubectl described, no owner and no labels are known. */
  private static boolean isPrinted(KubeObject pod) {
    return pod.text("apiVersion").isEmpty();
  }

  private static boolean startsLike(KubeObject owner, KubeObject pod) {
    return pod.name().startsWith(owner.name() + "-");
  }

  /** Whether a pod may belong to a Deployment whose ReplicaSets are not known. */
  static boolean mayBeOf(KubeObject deployment, KubeObject pod) {
    boolean ofSet =
        pod.list("metadata", "ownerReferences").stream()
            .anyMatch(owner -> owner.text("kind").equals("ReplicaSet"));
    return startsLike(deployment, pod) && (ofSet || isPrinted(pod));
  }

  private boolean isOfDeploymentWithoutSets(KubeObject pod, KubeObject owner) {
    return owner.kind().equals("Deployment")
        && mayBeOf(owner, pod)
        && world.of("ReplicaSet").stream()
            .noneMatch(set -> set.isOwnedBy("Deployment", owner.name()));
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
  private static boolean replaces(KubeObject other, KubeObject pod) {
    boolean well =
        other.text("status", "phase").equals("Succeeded")
            || other.condition("Ready").text("status").equals("True");
    return well
        && Stream.of("ReplicaSet", "Job", "StatefulSet", "DaemonSet", "TaskRun")
            .anyMatch(kind -> isNewerOf(other, pod, kind));
  }

  /** Whether two have one owner of this kind, and the first is the newer one. */
  private static boolean isNewerOf(KubeObject other, KubeObject object, String kind) {
    boolean same =
        object.list("metadata", "ownerReferences").stream()
            .filter(owner -> owner.text("kind").equals(kind))
            .anyMatch(owner -> other.isOwnedBy(kind, owner.text("name")));
    return same
        && other.created().orElse(Instant.MIN).isAfter(object.created().orElse(Instant.MIN));
  }
}
