package dev.modelcar.kubernetes.tekton;

import java.util.Map;
import java.util.Optional;

/** What helps where a task has failed, by Tekton's word for the reason (pkg/apis/pipeline/v1). */
public final class TaskAdvice {
  private static final String MORE_MEMORY =
      "give it more memory (`modelcar run --resume RUN --task-memory TASK=1GiB`)";

  private static final String TOO_LITTLE_MEMORY =
      "it ran out of memory and was killed: " + MORE_MEMORY;

  private static final Map<String, String> ADVICE =
      Map.of(
          "TaskRunTimeout",
          "it exceeded the timeout that the pipeline sets for this task: a new run resumes;"
              + " to avoid it, raise the task's timeout in the pipeline",
          // Tekton has no word of its own for the second, and says which it was in the message.
          "TaskRunCancelled",
          "it was cancelled, by a user or by the timeout of the whole run (`modelcar run"
              + " --timeout`): a new run resumes",
          "StepOOM",
          TOO_LITTLE_MEMORY,
          "OOMKilled",
          TOO_LITTLE_MEMORY,
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

  private TaskAdvice() {}

  /** What to do after a reason; nothing for those of which no more is known. */
  public static Optional<String> of(String reason) {
    return Optional.ofNullable(ADVICE.get(reason));
  }

  /** What to do when Java's heap was exhausted, which is a part of the task's memory. */
  static String ofExhaustedHeap() {
    return "its Java heap, a share of its memory, was exhausted: " + MORE_MEMORY;
  }
}
