package dev.modelcar.modelregistry;

import dev.modelcar.core.Digest;
import java.util.List;
import java.util.Optional;

/**
 * What is registered now.
 *
 * @param created which of the three did not exist before, by their words
 * @param updated which of the three were changed
 * @param replaced the image that the version pointed to before, if it was another one
 */
public record Registered(
    Entry model,
    Entry version,
    Entry artifact,
    List<String> created,
    List<String> updated,
    Optional<Digest> replaced) {

  /** Whether all was there already, exactly so. */
  public boolean isUnchanged() {
    return created.isEmpty() && updated.isEmpty();
  }
}
