package dev.modelcar.kubernetes.serving;

import java.util.List;
import java.util.Optional;

/**
 * What became of an InferenceService.
 *
 * @param mode and why it was chosen
 * @param previous the image before, if there was another
 * @param warnings of the API server
 */
public record Applied(
    Change change,
    DeployMode mode,
    String why,
    String storageUri,
    Optional<String> previous,
    List<String> warnings) {

  /** What was done. */
  public enum Change {
    CREATED,
    CHANGED,
    UNCHANGED
  }
}
