package dev.modelcar.kubernetes.tekton;

import java.util.Map;
import java.util.Optional;

/** What helps where a task has failed, by Tekton's word for the reason (pkg/apis/pipeline/v1). */
public final class TaskAdvice {
  private static final String MORE_MEMORY =
      "give it more (`modelcar run --resume RUN --task-memory TASK=1GiB`)";

  private static final String TOO_LITTLE_MEMORY = "it was killed for its memory: " + MORE_MEMORY;

  private static final Map<String, String> ADVICE =
      Map.of(
          "TaskRunTimeout",
          "it ran out of the time that the pipeline gives this task: a new run goes on where it was;"
              + " for more at once, raise the timeout of the task in the pipeline",
          // Tekton has no word of its own for the second, and says which it was in the message.
          "TaskRunCancelled",
          "it was cancelled, by somebody or because the time for all tasks was over (`modelcar run"
              + " --timeout`): a new run goes on where it was",
          "StepOOM",
          TOO_LITTLE_MEMORY,
          "OOMKilled",
          TOO_LITTLE_MEMORY,
          "PodEvicted",
          "the node needed the room: a new run goes on where it was",
          "TaskRunImagePullFailed",
          "the image of the task cannot be pulled: check its name and pull secret",
          "PodAdmissionFailed",
          "the cluster's Pod Security refuses the pod: the event says which rule",
          "CreateContainerConfigError",
          "a Secret or ConfigMap that the task names is missing",
          "StepFailed",
          "its log says why, with an error id that `modelcar explain ID` knows");

  /** The exit code of Java when its heap is exhausted, which no reason of Tekton's tells. */
  static final int HEAP_EXHAUSTED = 3;

  private TaskAdvice() {}

  /** What to do after a reason; nothing for those of which no more is known. */
  public static Optional<String> of(String reason) {
    return Optional.ofNullable(ADVICE.get(reason));
  }

  /** What to do when Java's heap was exhausted, which is a part of the task's memory. */
  static String ofExhaustedHeap() {
    return "its Java heap was exhausted, which is a part of its memory: " + MORE_MEMORY;
  }
}
