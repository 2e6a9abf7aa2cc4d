package dev.modelcar.kubernetes;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The specification of a PipelineRun, made of what is wanted and what the pipeline declares. */
final class RunSpec {
  /** The report needs less than a minute, but may have to wait for room on a node. */
  private static final Duration FINALLY = Duration.ofMinutes(30);

  private RunSpec() {}

  static Map<String, Object> of(RunRequest request, Map<String, Object> pipeline) {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("pipelineRef", Map.of("name", request.pipeline()));
    spec.put("taskRunTemplate", Map.of("serviceAccountName", request.serviceAccount()));
    spec.put("timeouts", timeouts(request.timeout()));
    spec.put("params", params(request, pipeline));
    if (!request.memory().isEmpty()) {
      spec.put("taskRunSpecs", taskRunSpecs(request, pipeline));
    }
    List<Map<String, Object>> workspaces = new ArrayList<>();
    request.workspaces().forEach((name, source) -> workspaces.add(workspace(name, source)));
    if (!workspaces.isEmpty()) {
      spec.put("workspaces", workspaces);
    }
    return spec;
  }

  /** Of a short time, half is kept for the report: a run that says nothing has told least. */
  private static Map<String, Object> timeouts(Duration all) {
    Duration half = all.dividedBy(2);
    Duration last = half.compareTo(FINALLY) < 0 ? half : FINALLY;
    return Map.of(
        "pipeline", goDuration(all),
        "tasks", goDuration(all.minus(last)),
        "finally", goDuration(last));
  }

  private static List<Map<String, Object>> taskRunSpecs(
      RunRequest request, Map<String, Object> pipeline) {
    Set<String> tasks = new TreeSet<>();
    for (String section : List.of("tasks", "finally")) {
      if (pipeline.get(section) instanceof List<?> declared) {
        for (Object one : declared) {
          if (one instanceof Map<?, ?> task) {
            tasks.add(String.valueOf(task.get("name")));
          }
        }
      }
    }
    List<Map<String, Object>> specs = new ArrayList<>();
    for (String task : new TreeSet<>(request.memory().keySet())) {
      if (!tasks.contains(task)) {
        throw new ModelcarException(
            ErrorCode.USAGE_INVALID,
            "the pipeline %s has no task %s, but %s"
                .formatted(request.pipeline(), task, String.join(", ", tasks)));
      }
      String bytes = String.valueOf(request.memory().get(task));
      specs.add(
          Map.of(
              "pipelineTaskName",
              task,
              "computeResources",
              Map.of("requests", Map.of("memory", bytes), "limits", Map.of("memory", bytes))));
    }
    return specs;
  }

  static String pipelineName(Map<String, Object> spec) {
    return spec.get("pipelineRef") instanceof Map<?, ?> ref && ref.get("name") != null
        ? String.valueOf(ref.get("name"))
        : "modelcar";
  }

  private static List<Map<String, Object>> params(
      RunRequest request, Map<String, Object> pipeline) {
    Map<String, String> types = new LinkedHashMap<>();
    if (pipeline.get("params") instanceof List<?> declared) {
      for (Object one : declared) {
        if (one instanceof Map<?, ?> param) {
          Object type = param.get("type");
          types.put(String.valueOf(param.get("name")), type == null ? "string" : type.toString());
        }
      }
    }
    List<Map<String, Object>> params = new ArrayList<>();
    for (Map.Entry<String, List<String>> param : request.params().entrySet()) {
      String type = types.get(param.getKey());
      if (type == null) {
        throw new ModelcarException(
            ErrorCode.USAGE_INVALID,
            "the pipeline %s has no parameter %s, but %s"
                .formatted(request.pipeline(), param.getKey(), String.join(", ", types.keySet())));
      }
      boolean list = type.equals("array");
      if (!list && param.getValue().size() > 1) {
        throw new ModelcarException(
            ErrorCode.USAGE_INVALID,
            "the parameter %s of %s takes one value".formatted(param.getKey(), request.pipeline()));
      }
      params.add(
          Map.of(
              "name",
              param.getKey(),
              "value",
              list ? param.getValue() : param.getValue().getFirst()));
    }
    return params;
  }

  private static Map<String, Object> workspace(String name, String source) {
    String[] parts = source.split(":", 2);
    String what = parts.length > 1 ? parts[1] : "";
    Map<String, Object> workspace = new LinkedHashMap<>();
    workspace.put("name", name);
    switch (parts[0]) {
      case "secret" -> workspace.put("secret", Map.of("secretName", what));
      case "configmap" -> workspace.put("configMap", Map.of("name", what));
      case "pvc" -> workspace.put("persistentVolumeClaim", Map.of("claimName", what));
      case "emptydir" -> workspace.put("emptyDir", Map.of());
      default ->
          throw new ModelcarException(
              ErrorCode.USAGE_INVALID,
              "a workspace is secret:NAME, configmap:NAME, pvc:NAME or emptydir, not " + source);
    }
    return workspace;
  }

  private static String goDuration(Duration duration) {
    return "%dh%dm%ds"
        .formatted(duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
  }
}
