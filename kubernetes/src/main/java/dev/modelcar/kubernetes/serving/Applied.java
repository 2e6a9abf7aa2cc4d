package dev.modelcar.kubernetes.serving;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What became of the objects that serve an image.
 *
 * @param mode and why it was chosen
 * @param previous the image before, if there was another
 * @param manifests what was applied, in its order
 * @param warnings of the API server
 */
public record Applied(
    Change change,
    DeployMode mode,
    String why,
    String storageUri,
    Optional<String> previous,
    List<Manifest> manifests,
    List<String> warnings) {

  /**
   * An object.
   *
   * @param name such as {@code deployment/NAME}
   */
  public record Manifest(String name, JsonNode json, String yaml) {}

  /** What was done. */
  public enum Change {
    CREATED,
    CHANGED,
    UNCHANGED
  }
}
