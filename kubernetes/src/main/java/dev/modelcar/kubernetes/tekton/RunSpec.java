package dev.modelcar.kubernetes.tekton;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Fields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The specification of a PipelineRun, made of what is wanted and what the pipeline declares. */
final class RunSpec {
  static final Duration STANDARD_TIMEOUT = Duration.ofHours(26);

  /** Tekton reads zero as no limit, and nothing of ours ends within seconds. */
  private static final Duration LEAST_TIMEOUT = Duration.ofMinutes(1);

  /** The report needs less than a minute, but may have to wait for room on a node. */
  private static final Duration FINALLY = Duration.ofMinutes(30);

  private static final Duration LEAST_FINALLY = Duration.ofMinutes(5);

  private RunSpec() {}

  /** Knows the steps of tasks. */
  interface Steps {
    /** The names of a task's steps, by the task as the pipeline has it; nothing if unknown. */
    Optional<List<String>> of(Fields task);
  }

  /** A new run. */
  static Map<String, Object> of(RunRequest request, PipelineDeclaration pipeline, Steps steps) {
    pipeline.check(request);
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put(
        "pipelineRef",
        request
            .bundle()
            .<Map<String, Object>>map(bundle -> resolved(bundle.bundle(), request.pipeline()))
            .orElseGet(() -> Map.of("name", request.pipeline())));
    spec.put("taskRunTemplate", Map.of("serviceAccountName", request.serviceAccount()));
    spec.put("timeouts", timeouts(request.settings().timeout().orElse(STANDARD_TIMEOUT)));
    spec.put("params", params(request, pipeline));
    List<Map<String, Object>> workspaces = new ArrayList<>();
    request.workspaces().forEach((name, source) -> workspaces.add(workspace(name, source)));
    if (!workspaces.isEmpty()) {
      spec.put("workspaces", workspaces);
    }
    return with(request.settings(), spec, pipeline, steps);
  }

  /** Another run like one that was, but for what is wanted otherwise. */
  static Map<String, Object> with(
      RunSettings settings, Map<String, Object> before, PipelineDeclaration pipeline, Steps steps) {
    Map<String, Object> spec = new LinkedHashMap<>(before);
    settings.timeout().ifPresent(timeout -> spec.put("timeouts", timeouts(timeout)));
    if (!settings.memory().isEmpty()) {
      spec.put("taskRunSpecs", taskRunSpecs(settings, before, pipeline, steps));
    }
    return withGroup(spec, settings.volumeGroup());
  }

  /** The same with its volumes given to a group; the usual one is as it was. */
  static Map<String, Object> withGroup(Map<String, Object> before, VolumeGroup group) {
    Map<String, Object> spec = new LinkedHashMap<>(before);
    switch (group) {
      case VolumeGroup.Usual() -> {}
      case VolumeGroup.None() -> setGroup(spec, Optional.empty());
      case VolumeGroup.Gid(long gid) -> setGroup(spec, Optional.of(gid));
    }
    return spec;
  }

  /** Of a very short time, half is kept for the report: a run that says nothing has told least. */
  private static Map<String, Object> timeouts(Duration all) {
    if (all.compareTo(LEAST_TIMEOUT) < 0) {
      throw new ModelcarException(CoreError.USAGE_INVALID, "--timeout must be at least 1m");
    }
    Duration last = least(all.dividedBy(2), least(FINALLY, most(LEAST_FINALLY, all.dividedBy(12))));
    return Map.of(
        "pipeline", goDuration(all),
        "tasks", goDuration(all.minus(last)),
        "finally", goDuration(last));
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration most(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  // ---- memory ----

  private static List<Map<String, Object>> taskRunSpecs(
      RunSettings settings, Map<String, Object> before, PipelineDeclaration pipeline, Steps steps) {
    Map<String, Map<String, Object>> specs = new LinkedHashMap<>();
    for (Fields one : new Fields(before).list("taskRunSpecs")) {
      specs.put(one.text("pipelineTaskName").orElse(""), one.copy());
    }
    new TreeMap<>(settings.memory())
        .forEach((task, bytes) -> {
          Fields declared = pipeline.task(task);
          Map<String, Object> spec = specs.computeIfAbsent(task, key -> new LinkedHashMap<>());
          spec.put("pipelineTaskName", task);
          giveMemory(spec, bytes, steps.of(declared));
        });
    return List.copyOf(specs.values());
  }

  /**
   * What is given to a step is merged with what its task says of processors; what is given to a
   * task replaces it, and so is only for tasks whose steps are not known.
   */
  private static void giveMemory(
      Map<String, Object> spec, long bytes, Optional<List<String>> steps) {
    spec.remove("computeResources");
    spec.remove("stepSpecs");
    if (steps.isEmpty()) {
      spec.put("computeResources", memory(bytes, bytes));
      return;
    }
    // Requests of all steps are added up, though only one runs at a time.
    long share = bytes / steps.get().size();
    spec.put(
        "stepSpecs",
        steps.get().stream()
            .map(step -> Map.of("name", step, "computeResources", memory(share, bytes)))
            .toList());
  }

  private static Map<String, Object> memory(long request, long limit) {
    return Map.of(
        "requests", Map.of("memory", String.valueOf(request)),
        "limits", Map.of("memory", String.valueOf(limit)));
  }

  // ---- volumes ----

  private static void setGroup(Map<String, Object> spec, Optional<Long> gid) {
    Fields template = new Fields(spec).at("taskRunTemplate");
    Map<String, Object> run = template.copy();
    Map<String, Object> pod = template.at("podTemplate").copy();
    Map<String, Object> security = template.at("podTemplate", "securityContext").copy();
    security.remove("fsGroup");
    gid.ifPresent(number -> security.put("fsGroup", number));
    putOrRemove(pod, "securityContext", security);
    putOrRemove(run, "podTemplate", pod);
    putOrRemove(spec, "taskRunTemplate", run);
  }

  private static void putOrRemove(Map<String, Object> map, String key, Map<String, Object> value) {
    if (value.isEmpty()) {
      map.remove(key);
    } else {
      map.put(key, value);
    }
  }

  // ---- names ----

  static String pipelineName(Map<String, Object> spec) {
    Fields reference = new Fields(spec).at("pipelineRef");
    return reference
        .text("name")
        .or(() ->
            reference.list("params").stream()
                .filter(param -> param.text("name").filter("name"::equals).isPresent())
                .findFirst()
                .flatMap(param -> param.text("value")))
        .orElse("modelcar");
  }

  private static Map<String, Object> resolved(String bundle, String name) {
    return Map.of(
        "resolver",
        "bundles",
        "params",
        List.of(
            Map.of("name", "bundle", "value", bundle),
            Map.of("name", "name", "value", name),
            Map.of("name", "kind", "value", "pipeline")));
  }

  private static List<Map<String, Object>> params(
      RunRequest request, PipelineDeclaration pipeline) {
    List<Map<String, Object>> params = new ArrayList<>();
    request
        .params()
        .forEach((name, values) -> {
          boolean list = pipeline.isList(name);
          if (!list && values.size() > 1) {
            throw new ModelcarException(
                CoreError.USAGE_INVALID,
                "the parameter %s of %s takes one value".formatted(name, pipeline.name()));
          }
          params.add(Map.of("name", name, "value", list ? values : values.getFirst()));
        });
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
              CoreError.USAGE_INVALID,
              "a workspace must be secret:NAME, configmap:NAME, pvc:NAME or emptydir, not "
                  + source);
    }
    return workspace;
  }

  private static String goDuration(Duration duration) {
    return "%dh%dm%ds"
        .formatted(duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
  }
}
