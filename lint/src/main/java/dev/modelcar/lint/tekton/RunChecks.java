package dev.modelcar.lint.tekton;

import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.GoDuration;
import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.Value.Mapping;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs of tasks and pipelines. */
record RunChecks(Check check) {
  private static final Duration DEFAULT = Duration.ofHours(1);
  private static final List<String> SOURCES =
      List.of(
          "volumeClaimTemplate",
          "persistentVolumeClaim",
          "emptyDir",
          "configMap",
          "secret",
          "projected",
          "csi");
  private static final Set<String> PIPELINE_STATUS =
      Set.of("", "PipelineRunPending", "Cancelled", "CancelledRunFinally", "StoppedRunFinally");

  void pipelineRun(At spec) {
    exactlyOne(spec, "pipelineRef", "pipelineSpec");
    At embedded = spec.get("pipelineSpec");
    if (spec.get("pipelineRef").isPresent()) {
      check.reference(spec.get("pipelineRef"));
    }
    if (embedded.isPresent()) {
      new PipelineChecks(check).spec(embedded);
    }
    pipelineParams(spec);
    inlinePipeline(spec);
    if (check.beta()) {
      betaOnly(spec);
    }
    if (spec.get("timeouts").isPresent()) {
      timeouts(spec.get("timeouts"));
    }
    for (At each : spec.get("taskRunSpecs").items()) {
      overrides(each);
      specTimeout(each.get("timeout"), spec.get("timeouts"));
    }
    At status = spec.get("status");
    if (!PIPELINE_STATUS.contains(status.text())) {
      check.add(
          Rule.RUN_INVALID, status, "no status of a PipelineRun: %s".formatted(status.text()));
    }
    bindings(spec.get("workspaces"), false);
  }

  private void betaOnly(At spec) {
    At timeout = spec.get("timeout");
    nonNegative(timeout);
    if (timeout.isPresent() && spec.get("timeouts").isPresent()) {
      check.add(Rule.TIMEOUTS_INVALID, timeout, "timeout and timeouts exclude each other");
    }
    if (spec.get("resources").isPresent()) {
      check.add(Rule.FIELD_VALUE, spec.get("resources"), "PipelineResources no longer exist");
    }
    At embedded = spec.get("pipelineSpec");
    if (embedded.isPresent()) {
      Set<String> names =
          Stream.of(spec.get("workspaces"), embedded.get("workspaces"))
              .flatMap(list -> PipelineChecks.names(list).stream())
              .collect(Collectors.toCollection(HashSet::new));
      PipelineChecks.all(embedded)
          .forEach(task -> names.addAll(PipelineChecks.names(task.get("workspaces"))));
      new PipelineChecks(check).workspaces(embedded, names);
    }
  }

  private void exactlyOne(At spec, String reference, String embedded) {
    if (spec.get(reference).isPresent() == spec.get(embedded).isPresent()) {
      boolean both = spec.get(embedded).isPresent();
      check.add(
          Rule.REFERENCE_INVALID,
          both ? spec.get(embedded) : spec,
          (both ? "%s and %s exclude each other" : "the run has neither %s nor %s")
              .formatted(reference, embedded));
    }
  }

  private void pipelineParams(At spec) {
    check.unique(spec.get("params"), true);
    for (At param : spec.get("params").items()) {
      if (!ResultRef.all(ResultRef.expressions(param.get("value"))).isEmpty()) {
        check.add(
            Rule.VARIABLE_INVALID,
            param.get("value"),
            "a parameter of a run cannot be the result of a task");
      }
    }
  }

  private void inlinePipeline(At spec) {
    At embedded = spec.get("pipelineSpec");
    if (embedded.isAbsent()) {
      return;
    }
    Map<String, Param> params = given(spec.get("params"));
    Param.declared(embedded.get("params")).forEach(param -> combine(param, params));
    for (At task : embedded.get("tasks").items()) {
      for (At at : task.get("params").items()) {
        Param own = Param.given(at);
        Param before = params.putIfAbsent(own.name(), own);
        if (before != null && own.isObject()) {
          params.put(own.name(), joined(before, own));
        }
      }
      Param.declared(task.get("taskSpec", "params")).forEach(param -> combine(param, params));
    }
    if (embedded.get("tasks").isAbsent()) {
      return;
    }
    TaskChecks tasks = new TaskChecks(check);
    for (At task : embedded.get("tasks").items()) {
      if (task.get("taskSpec", "steps").isPresent()) {
        tasks.withValues(task.get("taskSpec"), params.values());
      }
    }
    PipelineChecks pipelines = new PipelineChecks(check);
    At onlyTasks = tasksOnly(embedded);
    pipelines.params(onlyTasks, params.values());
    pipelines.usage(onlyTasks, params.values());
  }

  /** The keys of both; Tekton's webhook crashes if the value of the run is no object. */
  private Param joined(Param before, Param own) {
    if (before.standard().filter(RunChecks::isObject).isEmpty()) {
      check.add(
          Rule.PARAM_INVALID,
          own.at(),
          "parameter %s is an object here, but not where the run gives it a value"
              .formatted(own.name()));
    }
    Map<String, String> keys = new TreeMap<>(before.properties().orElse(Map.of()));
    keys.putAll(own.properties().orElse(Map.of()));
    return before.with(Optional.of(keys));
  }

  private static At tasksOnly(At spec) {
    return spec.value() instanceof Mapping mapping
        ? new At(mapping.without("finally"), spec.path(), spec.name(), spec.place())
        : spec;
  }

  private static Map<String, Param> given(At list) {
    Map<String, Param> params = new LinkedHashMap<>();
    list.items().stream().map(Param::given).forEach(param -> params.put(param.name(), param));
    return params;
  }

  /** A declaration together with the value that the run gives. */
  private void combine(Param declared, Map<String, Param> params) {
    Param given = params.get(declared.name());
    if (given == null) {
      params.put(declared.name(), declared);
      return;
    }
    boolean objectDefault = declared.standard().filter(value -> isObject(value)).isPresent();
    if (declared.properties().isEmpty() && (objectDefault || given.isObject())) {
      check.add(
          Rule.PARAM_INVALID,
          declared.at(),
          "parameter %s is an object without properties".formatted(declared.name()));
    } else if (given.isObject()) {
      params.put(declared.name(), given.with(declared.properties()));
    }
  }

  private static boolean isObject(Value value) {
    return value instanceof Mapping;
  }

  private static Optional<Duration> duration(At at) {
    return GoDuration.parse(at.text());
  }

  private void nonNegative(At at) {
    if (duration(at).filter(Duration::isNegative).isPresent()) {
      check.add(Rule.TIMEOUTS_INVALID, at, "%s is negative".formatted(at.text()));
    }
  }

  private void timeouts(At timeouts) {
    List.of("tasks", "finally", "pipeline").forEach(name -> nonNegative(timeouts.get(name)));
    Duration limit = duration(timeouts.get("pipeline")).orElse(DEFAULT);
    Optional<Duration> tasks = duration(timeouts.get("tasks"));
    Optional<Duration> last = duration(timeouts.get("finally"));
    String fix =
        "Raise timeouts.pipeline to the sum of tasks and finally; where it is not set, it is 1h.";
    for (String name : List.of("tasks", "finally")) {
      Optional<Duration> own = duration(timeouts.get(name));
      if (own.isPresent()
          && !limit.isZero()
          && (own.get().compareTo(limit) > 0 || own.get().isZero())) {
        check.add(
            Rule.TIMEOUTS_INVALID,
            timeouts.get(name),
            "timeouts.%s is %s, longer than timeouts.pipeline: %s"
                .formatted(
                    name,
                    own.get().isZero() ? "unlimited" : GoDuration.format(own.get()),
                    GoDuration.format(limit)),
            fix);
      }
    }
    if (tasks.isPresent()
        && last.isPresent()
        && tasks.get().plus(last.get()).compareTo(limit) > 0) {
      check.add(
          Rule.TIMEOUTS_INVALID,
          timeouts.get("tasks"),
          "timeouts.tasks and timeouts.finally together are %s, longer than timeouts.pipeline: %s"
              .formatted(GoDuration.format(tasks.get().plus(last.get())), GoDuration.format(limit)),
          fix);
    }
  }

  private void specTimeout(At timeout, At timeouts) {
    Optional<Duration> own = duration(timeout);
    if (own.isEmpty()) {
      return;
    }
    nonNegative(timeout);
    Duration limit =
        duration(timeouts.get("tasks"))
            .or(() -> duration(timeouts.get("pipeline")))
            .orElse(DEFAULT);
    if (!limit.isZero() && own.get().compareTo(limit) > 0) {
      check.add(
          Rule.TIMEOUTS_INVALID,
          timeout,
          "the timeout of a task, %s, is longer than that of all, %s"
              .formatted(GoDuration.format(own.get()), GoDuration.format(limit)),
          "Raise timeouts.tasks and timeouts.pipeline.");
    }
  }

  /** Settings of single steps and sidecars, in a TaskRun or for a task of a PipelineRun. */
  private void overrides(At at) {
    String steps = check.beta() ? "stepOverrides" : "stepSpecs";
    String sidecars = check.beta() ? "sidecarOverrides" : "sidecarSpecs";
    String resources = check.beta() ? "resources" : "computeResources";
    for (String list : List.of(steps, sidecars)) {
      for (At each : at.get(list).items()) {
        if (!each.get("name").hasText()) {
          check.add(Rule.RUN_INVALID, each, "an item of %s has no name".formatted(list));
        }
      }
      check.unique(at.get(list), true);
    }
    if (at.get("computeResources").isPresent()) {
      at.get(steps).items().stream()
          .filter(each -> each.get(resources).size() > 0)
          .findFirst()
          .ifPresent(each ->
              check.add(
                  Rule.RUN_INVALID,
                  each.get(resources),
                  "resources of steps and computeResources of the task exclude each other"));
    }
  }

  private void bindings(At list, boolean ignoreCase) {
    check.unique(list, ignoreCase);
    for (At binding : list.items()) {
      List<String> sources =
          SOURCES.stream().filter(name -> binding.get(name).isPresent()).toList();
      if (sources.size() != 1) {
        check.add(
            Rule.WORKSPACE_INVALID,
            binding,
            sources.isEmpty()
                ? "the workspace has no source"
                : "the workspace has several sources: %s".formatted(String.join(", ", sources)),
            sources.isEmpty() ? "One of %s.".formatted(String.join(", ", SOURCES)) : "");
        continue;
      }
      At source = binding.get(sources.getFirst());
      String needed =
          switch (source.name()) {
            case "persistentVolumeClaim" -> "claimName";
            case "configMap" -> "name";
            case "secret" -> "secretName";
            case "csi" -> "driver";
            case "projected" -> "sources";
            default -> "";
          };
      if (!needed.isEmpty() && !source.get(needed).hasText() && source.get(needed).size() == 0) {
        check.add(Rule.WORKSPACE_INVALID, source, "%s has no %s".formatted(source.name(), needed));
      }
    }
  }

  void taskRun(At spec) {
    exactlyOne(spec, "taskRef", "taskSpec");
    At embedded = spec.get("taskSpec");
    if (spec.get("taskRef").isPresent()) {
      check.reference(spec.get("taskRef"));
    }
    TaskChecks tasks = new TaskChecks(check);
    if (embedded.isPresent()) {
      tasks.spec(embedded);
    }
    check.unique(spec.get("params"), true);
    if (embedded.isPresent()) {
      Map<String, Param> params = given(spec.get("params"));
      Param.declared(embedded.get("params")).forEach(param -> combine(param, params));
      if (embedded.get("steps").isPresent()) {
        tasks.withValues(embedded, params.values());
      }
    }
    bindings(spec.get("workspaces"), true);
    if (spec.get("debug").isPresent()) {
      check.disabled(spec.get("debug"), "debug", "enable-api-fields: alpha");
    }
    overrides(spec);
    At status = spec.get("status");
    if (!Set.of("", "TaskRunCancelled", "TaskRunPending").contains(status.text())) {
      check.add(Rule.RUN_INVALID, status, "no status of a TaskRun: %s".formatted(status.text()));
    }
    if (!status.hasText() && spec.get("statusMessage").hasText()) {
      check.add(Rule.RUN_INVALID, spec.get("statusMessage"), "statusMessage without a status");
    }
    if (!check.beta() && spec.get("retries").number() < 0) {
      check.add(Rule.RUN_INVALID, spec.get("retries"), "retries is negative");
    }
    nonNegative(spec.get("timeout"));
    if (check.beta() && spec.get("resources").isPresent()) {
      check.add(Rule.FIELD_VALUE, spec.get("resources"), "PipelineResources no longer exist");
    }
  }
}
