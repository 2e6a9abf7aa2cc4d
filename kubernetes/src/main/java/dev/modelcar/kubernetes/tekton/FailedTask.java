package dev.modelcar.kubernetes.tekton;

import java.util.List;
import java.util.Optional;

/**
 * A task of a run that did not succeed.
 *
 * @param name in the run
 * @param reason Tekton's word
 * @param message Tekton's sentence
 * @param advice what helps, where something is known of the reason
 * @param error the first error that its log shows, as it was printed; empty if there is none
 * @param permanent whether its exit code says that the same would fail again
 * @param moreMemory options with which the run is to be resumed, if it ran out of memory
 */
public record FailedTask(
    String name,
    String reason,
    String message,
    Optional<String> advice,
    List<String> error,
    boolean permanent,
    Optional<String> moreMemory) {
  public FailedTask {
    error = List.copyOf(error);
  }
}
