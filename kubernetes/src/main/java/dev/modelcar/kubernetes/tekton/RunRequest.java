package dev.modelcar.kubernetes.tekton;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run of a pipeline that is wanted.
 *
 * @param pipeline its name in the namespace, or in the bundle
 * @param bundle that has the pipeline, if the namespace does not
 * @param params by name; a parameter that is a list may have several values
 * @param workspaces by name, each {@code secret:NAME}, {@code configmap:NAME}, {@code pvc:NAME} or
 *     {@code emptydir}
 * @param serviceAccount who runs it
 * @param settings time, memory, volumes
 */
public record RunRequest(
    String pipeline,
    Optional<BundledPipeline> bundle,
    Map<String, List<String>> params,
    Map<String, String> workspaces,
    String serviceAccount,
    RunSettings settings) {
  public RunRequest {
    params = Map.copyOf(params);
    workspaces = Map.copyOf(workspaces);
  }

  boolean hasVolume() {
    return workspaces.values().stream().anyMatch(source -> source.startsWith("pvc:"));
  }
}
