package dev.modelcar.kubernetes.tekton;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What helps where a task has failed, by Tekton's word for the reason (pkg/apis/pipeline/v1). */
public final class TaskAdvice {
  private static final Set<String> OUT_OF_MEMORY = Set.of("StepOOM", "OOMKilled");

  private static final Map<String, String> ADVICE =
      Map.of(
          "TaskRunTimeout",
          "it exceeded the timeout that the pipeline sets for this task: a new run resumes;"
              + " to avoid it, raise the task's timeout in the pipeline",
          // Tekton has no word of its own for the second, and says which it was in the message.
          "TaskRunCancelled",
          "it was cancelled, by a user or by the timeout of the whole run (`modelcar run"
              + " --timeout`): a new run resumes",
          "PodEvicted",
          "the node ran short of resources: a new run resumes",
          "TaskRunImagePullFailed",
          "the task's image cannot be pulled: check its name and the pull secret",
          "PodAdmissionFailed",
          "Pod Security rejected the pod: its event names the rule",
          "CreateContainerConfigError",
          "a Secret or ConfigMap that the task references is missing",
          "StepFailed",
          "its log has the cause and an error id for `modelcar explain ID`");

  /** The exit code of Java when its heap is exhausted, which no reason of Tekton's tells. */
  static final int HEAP_EXHAUSTED = 3;

  /** What the tasks that move models have, where nothing else is known. */
  static final long MEMORY = 512L << 20;

  private TaskAdvice() {}

  /**
   * What to do after a reason; nothing for those of which no more is known.
   *
   * @param run its name; empty if unknown
   * @param task its name in the pipeline
   */
  public static Optional<String> of(String reason, String run, String task) {
    return isOutOfMemory(reason)
        ? Optional.of(ofMemory(false, run, moreMemory(task, MEMORY)))
        : Optional.ofNullable(ADVICE.get(reason));
  }

  static boolean isOutOfMemory(String reason) {
    return OUT_OF_MEMORY.contains(reason);
  }

  /** Twice what a task has, as an option. */
  static String moreMemory(String task, long bytes) {
    return "--task-memory %s=%dMiB".formatted(task, (2 * bytes) >> 20);
  }

  /** What to do when a task ran out of memory, or Java's heap, which is a part of that. */
  static String ofMemory(boolean heap, String run, String options) {
    return (heap
            ? "its Java heap, a share of its memory, was exhausted: "
            : "it ran out of memory and was killed: ")
        + giveMore(run, options);
  }

  private static String giveMore(String run, String options) {
    return "give it more"
        + (run.isEmpty() ? "" : " (`modelcar run --resume %s %s`)".formatted(run, options));
  }
}
