package dev.modelcar.kubernetes;

import java.util.Map;

/**
 * How a run ended.
 *
 * @param name of the run
 * @param succeeded whether all is well
 * @param reason Tekton's word
 * @param message Tekton's sentence
 * @param results of the pipeline, by name
 */
public record RunOutcome(
    String name, boolean succeeded, String reason, String message, Map<String, String> results) {
  public RunOutcome {
    results = Map.copyOf(results);
  }
}
