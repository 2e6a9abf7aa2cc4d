package dev.modelcar.kubernetes.tekton;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What may be another in a run that is started once more.
 *
 * @param timeout of the whole run; a new one has 26 hours without
 * @param memory in bytes for tasks that need another amount than the pipeline gives them, by name
 * @param volumeGroup who may write on its volumes
 */
public record RunSettings(
    Optional<Duration> timeout, Map<String, Long> memory, VolumeGroup volumeGroup) {
  public RunSettings {
    memory = Map.copyOf(memory);
  }
}
