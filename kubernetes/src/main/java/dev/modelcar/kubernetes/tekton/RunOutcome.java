package dev.modelcar.kubernetes.tekton;

import dev.modelcar.findings.evidence.Case;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a run ended.
 *
 * @param name of the run
 * @param succeeded whether all is well
 * @param reason Tekton's word
 * @param message Tekton's sentence
 * @param failures the tasks that failed, in the order of their names
 * @param seen what was seen of it while it was followed: run, tasks, pods, and logs
 * @param results of the pipeline, by name, in its order
 */
public record RunOutcome(
    String name,
    boolean succeeded,
    String reason,
    String message,
    List<FailedTask> failures,
    Case seen,
    Map<String, String> results) {
  public RunOutcome {
    failures = List.copyOf(failures);
    results = Collections.unmodifiableMap(new LinkedHashMap<>(results));
  }
}
