package dev.modelcar.kubernetes.tekton;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Fields;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a pipeline declares. Tekton ignores what is bound to a workspace that is none, and so a
 * login is lost; hence all names are looked at before a run is made.
 *
 * @param name of the pipeline
 * @param params by name
 * @param workspaces by name, and whether a run may be without
 * @param tasks by name, as they are written, those of {@code finally} too
 */
record PipelineDeclaration(
    String name,
    Map<String, Param> params,
    Map<String, Boolean> workspaces,
    Map<String, Fields> tasks) {

  record Param(boolean list, boolean hasDefault, Optional<String> standard) {}

  static PipelineDeclaration of(String name, Fields spec) {
    Map<String, Param> params = new LinkedHashMap<>();
    for (Fields param : spec.list("params")) {
      params.put(
          param.text("name").orElse(""),
          new Param(
              param.text("type").orElse("").equals("array"),
              param.has("default"),
              param.text("default")));
    }
    Map<String, Boolean> workspaces = new LinkedHashMap<>();
    for (Fields workspace : spec.list("workspaces")) {
      workspaces.put(
          workspace.text("name").orElse(""), workspace.text("optional").orElse("").equals("true"));
    }
    Map<String, Fields> tasks = new TreeMap<>();
    for (String section : List.of("tasks", "finally")) {
      for (Fields task : spec.list(section)) {
        tasks.put(task.text("name").orElse(""), task);
      }
    }
    return new PipelineDeclaration(name, params, workspaces, tasks);
  }

  /**
   * Compares what is given to a run with what is declared.
   *
   * @throws ModelcarException {@link CoreError#USAGE_INVALID} if one is unknown, or one is missing
   */
  void check(RunRequest request) {
    request.params().keySet().forEach(param -> known("parameter", param, params.keySet()));
    request
        .workspaces()
        .keySet()
        .forEach(workspace -> known("workspace", workspace, workspaces.keySet()));
    request
        .params()
        .forEach((param, values) -> values.forEach(value -> ParamRules.check(this, param, value)));
    request
        .workspaces()
        .forEach((workspace, from) -> {
          if (from.equals("emptydir")) {
            refuseIfShared(workspace);
          }
        });
    params.forEach((param, declared) -> {
      if (!declared.hasDefault() && !request.params().containsKey(param)) {
        throw missing("parameter", param, "-p %s=VALUE".formatted(param));
      }
    });
    workspaces.forEach((workspace, optional) -> {
      if (!optional && !request.workspaces().containsKey(workspace)) {
        throw missing("workspace", workspace, "-w %s=pvc:NAME".formatted(workspace));
      }
    });
  }

  /** Each pod has an empty folder of its own, so that nothing gets from one task to another. */
  private void refuseIfShared(String workspace) {
    long users =
        tasks.values().stream()
            .filter(task ->
                task.list("workspaces").stream()
                    .anyMatch(used -> used.text("workspace").filter(workspace::equals).isPresent()))
            .count();
    if (users > 1) {
      throw new ModelcarException(
          CoreError.USAGE_INVALID,
          "the workspace %s of %s is shared by %d tasks and cannot be emptydir, which each of them"
                  .formatted(workspace, name, users)
              + " would have for itself",
          "Name what they share: -w %s=pvc:NAME, secret:NAME or configmap:NAME."
              .formatted(workspace),
          null);
    }
  }

  /** Whether it is made of tasks of ours, whose parameters are known. */
  boolean isOurs() {
    return tasks.values().stream()
        .anyMatch(task ->
            task.at("taskRef").text("name").filter(name -> name.startsWith("modelcar-")).isPresent()
                || task.at("taskSpec").list("steps").stream()
                    .anyMatch(step ->
                        String.valueOf(step.map().get("command")).contains("/opt/modelcar/")));
  }

  /** The names of the tasks' parameters that are given one of the pipeline as it is. */
  Set<String> handedTo(String param) {
    String value = "$(params.%s)".formatted(param);
    String list = "$(params.%s[*])".formatted(param);
    return tasks.values().stream()
        .flatMap(task -> task.list("params").stream())
        .filter(given ->
            given.text("value").filter(value::equals).isPresent()
                || (given.map().get("value") instanceof List<?> items && items.contains(list)))
        .flatMap(given -> given.text("name").stream())
        .collect(Collectors.toSet());
  }

  /** The default of a parameter that is a text. */
  Optional<String> standard(String param) {
    return Optional.ofNullable(params.get(param)).flatMap(Param::standard);
  }

  boolean isList(String param) {
    return Optional.ofNullable(params.get(param)).map(Param::list).orElse(false);
  }

  /** A task as it is written. */
  Fields task(String task) {
    known("task", task, tasks.keySet());
    return Objects.requireNonNull(tasks.get(task));
  }

  private void known(String what, String one, Collection<String> all) {
    if (!all.contains(one)) {
      throw new ModelcarException(
          CoreError.USAGE_INVALID,
          "the pipeline %s has no %s %s; it has %s"
              .formatted(
                  name, what, one, all.isEmpty() ? "none" : String.join(", ", new TreeSet<>(all))));
    }
  }

  private ModelcarException missing(String what, String one, String option) {
    return new ModelcarException(
        CoreError.USAGE_INVALID,
        "the pipeline %s requires the %s %s: %s".formatted(name, what, one, option));
  }
}
