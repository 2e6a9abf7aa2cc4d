package dev.modelcar.kubernetes;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A run of a pipeline that is wanted.
 *
 * @param pipeline its name in the namespace
 * @param params by name; a parameter that is a list may have several values
 * @param workspaces by name, each {@code secret:NAME}, {@code configmap:NAME}, {@code pvc:NAME} or
 *     {@code emptydir}
 * @param serviceAccount who runs it
 * @param timeout of the whole run
 * @param memory in bytes for tasks that need another amount than the pipeline gives them, by name
 */
public record RunRequest(
    String pipeline,
    Map<String, List<String>> params,
    Map<String, String> workspaces,
    String serviceAccount,
    Duration timeout,
    Map<String, Long> memory) {
  public RunRequest {
    params = Map.copyOf(params);
    workspaces = Map.copyOf(workspaces);
    memory = Map.copyOf(memory);
  }
}
