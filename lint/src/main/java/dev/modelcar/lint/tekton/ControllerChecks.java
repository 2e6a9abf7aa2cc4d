package dev.modelcar.lint.tekton;

import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.schema.GroupKind;
import dev.modelcar.lint.schema.Homes;
import dev.modelcar.lint.tree.At;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What Tekton's webhook lets pass and its controller fails, or leaves unfilled, when a run starts:
 * what pipelines, tasks that stand in them, and runs have to do with each other. Tasks that are
 * only referred to are not known, and nothing is said of them.
 *
 * @param run the spec of the run; absent if the pipeline stands alone
 */
public record ControllerChecks(Problems problems, At run) {
  private static final String FAILS = ": the run fails when it starts";

  /**
   * Checks an object.
   *
   * @param root as it is after decoding and with defaults
   */
  public static void check(GroupKind kind, At root, Problems problems) {
    At spec = root.get("spec");
    switch (kind.kind()) {
      case "Task" ->
          new StepVariables(problems, spec)
              .look(PipelineChecks.names(spec.get("params")), Set.of());
      case "TaskRun" -> new ControllerChecks(problems, spec).taskRun(kind.version());
      case "Pipeline" -> new ControllerChecks(problems, root.get("run")).pipeline(spec);
      case "PipelineRun" -> new ControllerChecks(problems, spec).pipelineRun(kind.version());
      default -> {}
    }
  }

  private void taskRun(String version) {
    At spec = run.get("taskSpec");
    if (spec.get("steps").size() == 0) {
      return;
    }
    List<At> params = run.get("params").items();
    GivenParams given = new GivenParams(problems, "the task", spec);
    given.check(run.get("params"), params, List.of(), ValueTypes.literals());
    given.unused(params, List.of(spec, run.get("workspaces")));
    bound(spec.get("workspaces"));
    Set<String> known = new HashSet<>(PipelineChecks.names(spec.get("params")));
    known.addAll(PipelineChecks.names(run.get("params")));
    new StepVariables(problems, spec).look(known, Set.of());
    overrides(run, spec, version);
  }

  /** That the run binds what is declared. */
  private void bound(At declared) {
    Set<String> bound = PipelineChecks.names(run.get("workspaces"));
    for (At workspace : declared.items()) {
      String name = PipelineChecks.name(workspace);
      if (!isOptional(workspace) && !bound.contains(name)) {
        unbound(workspace, "the run binds no workspace %s".formatted(name));
      }
    }
  }

  private void pipelineRun(String version) {
    At spec = run.get("pipelineSpec");
    if (spec.isAbsent()) {
      return;
    }
    List<At> params = run.get("params").items();
    GivenParams given = new GivenParams(problems, "the pipeline", spec);
    given.check(run.get("params"), params, List.of(), ValueTypes.literals());
    bound(spec.get("workspaces"));
    pipeline(spec);
    Map<String, At> tasks = new HashMap<>();
    PipelineChecks.all(spec).forEach(task -> tasks.put(PipelineChecks.name(task), task));
    for (At each : run.get("taskRunSpecs").items()) {
      At name = each.get("pipelineTaskName");
      At task = tasks.get(name.text());
      if (task == null) {
        unmatched(
            name, "the pipeline has no task %s".formatted(name.text()) + FAILS, tasks.keySet());
      } else if (EmbeddedTask.of(task).isPresent()) {
        overrides(each, task.get("taskSpec"), version);
      }
    }
  }

  /** Settings of steps and sidecars that the task does not have. */
  private void overrides(At of, At spec, String version) {
    boolean beta = version.equals("v1beta1");
    Map<String, String> lists =
        beta
            ? Map.of("stepOverrides", "steps", "sidecarOverrides", "sidecars")
            : Map.of("stepSpecs", "steps", "sidecarSpecs", "sidecars");
    lists.forEach((settings, list) -> {
      Set<String> names = PipelineChecks.names(spec.get(list));
      for (At each : of.get(settings).items()) {
        At name = each.get("name");
        if (name.hasText() && !names.contains(name.text())) {
          unmatched(
              name,
              "the task has no %s %s".formatted(list.substring(0, list.length() - 1), name.text())
                  + FAILS,
              names);
        }
      }
    });
  }

  private void unmatched(At at, String message, Set<String> known) {
    List<String> near = Homes.near(at.text(), known);
    problems.add(
        Rule.OVERRIDE_UNMATCHED,
        at,
        message,
        near.size() == 1
            ? "Did you mean %s?".formatted(near.getFirst())
            : "There are: %s.".formatted(String.join(", ", new TreeSet<>(known))));
  }

  private void pipeline(At spec) {
    Map<String, EmbeddedTask> tasks = EmbeddedTask.named(spec.get("tasks").items());
    new ResultChecks(problems, tasks, EmbeddedTask.named(spec.get("finally").items()))
        .pipeline(spec);
    ValueTypes types = new ValueTypes(types(spec), tasks);
    Set<String> outside = PipelineChecks.names(spec.get("params"));
    outside.addAll(PipelineChecks.names(run.get("params")));
    for (At task : PipelineChecks.all(spec)) {
      task.get("matrix", "params").items().forEach(param -> fanned(param.get("value"), types));
      for (At include : task.get("matrix", "include").items()) {
        include.get("params").items().forEach(param -> included(param.get("value")));
      }
      for (At param : task.get("params").items()) {
        types
            .notWhole(param.get("value").text())
            .ifPresent(name ->
                problems.add(
                    Rule.PARAM_TYPE,
                    param.get("value"),
                    "parameter %s is a string, which has no [*]: the text stays as it is"
                        .formatted(name),
                    "Write $(params.%s), or declare it as an array.".formatted(name)));
      }
      workspaces(task, spec);
      EmbeddedTask.of(task).ifPresent(embedded -> embedded(embedded, types, outside));
    }
    if (run.isPresent()) {
      last(spec, outside);
    }
  }

  /** Of parameters that are declared; those that only the run passes propagate. */
  private Map<String, String> types(At spec) {
    Map<String, String> types = new HashMap<>();
    run.get("params").items().stream()
        .map(Param::given)
        .forEach(param -> types.put(param.name(), param.type()));
    Param.declared(spec.get("params")).forEach(param -> types.put(param.name(), param.type()));
    return types;
  }

  private void embedded(EmbeddedTask embedded, ValueTypes types, Set<String> outside) {
    At task = embedded.task();
    At spec = embedded.spec();
    List<At> plain = task.get("params").items();
    List<At> fanned =
        new PipelineTask(new Check(problems, false), task)
            .params().stream().skip(plain.size()).toList();
    GivenParams given = new GivenParams(problems, "task " + embedded.name(), spec);
    given.check(task.get("params"), plain, fanned, types);
    List<At> all = new ArrayList<>(plain);
    all.addAll(fanned);
    given.unused(all, List.of(spec));
    Set<String> own = new HashSet<>(PipelineChecks.names(spec.get("params")));
    all.forEach(param -> own.add(PipelineChecks.name(param)));
    new StepVariables(problems, spec).look(own, outside);
  }

  private void fanned(At value, ValueTypes types) {
    Optional<String> type = types.of(value);
    boolean whole = types.notWhole(value.text()).isPresent();
    if (whole || type.filter(of -> !of.equals(ValueTypes.ARRAY)).isPresent()) {
      problems.add(
          Rule.MATRIX_TYPE,
          value,
          "a parameter of a matrix takes a list, and gets %s"
                  .formatted(ValueTypes.article(type.orElse(ValueTypes.STRING)))
              + ": the run fails",
          whole
              ? "Declare the parameter as an array."
              : value.text().contains("$(") ? "" : "Write a list: [%s].".formatted(value.text()));
    }
  }

  private void included(At value) {
    if (value.size() > 0) {
      problems.add(
          Rule.MATRIX_TYPE,
          value,
          "a parameter of matrix.include takes a string, and gets %s"
                  .formatted(value.value().kind())
              + ": the run fails");
    }
  }

  /** What the webhook checks of tasks in a run, but not of those in {@code finally}. */
  private void last(At spec, Set<String> outside) {
    for (At task : spec.get("finally").items()) {
      StepVariables variables = new StepVariables(problems, task.get("taskSpec"));
      List<At> passed = new ArrayList<>();
      for (At param : new PipelineTask(new Check(problems, false), task).params()) {
        passed.addAll(ResultChecks.values(param.get("value")));
      }
      variables.params(passed, outside);
      EmbeddedTask.of(task)
          .ifPresent(embedded -> {
            Set<String> known = new HashSet<>(outside);
            known.addAll(PipelineChecks.names(embedded.spec().get("params")));
            known.addAll(PipelineChecks.names(task.get("params")));
            known.addAll(PipelineChecks.names(task.get("matrix", "params")));
            variables.params(variables.steps(), known);
          });
    }
  }

  private void workspaces(At task, At pipeline) {
    Optional<EmbeddedTask> embedded = EmbeddedTask.of(task);
    Set<String> given = PipelineChecks.names(run.get("workspaces"));
    Map<String, Boolean> declared = new HashMap<>();
    pipeline
        .get("workspaces")
        .items()
        .forEach(each -> declared.put(PipelineChecks.name(each), isOptional(each)));
    Map<String, At> own = new HashMap<>();
    embedded.ifPresent(of ->
        of.spec()
            .get("workspaces")
            .items()
            .forEach(each -> own.put(PipelineChecks.name(each), each)));
    Set<String> bound = new HashSet<>();
    for (At binding : task.get("workspaces").items()) {
      String name = PipelineChecks.name(binding);
      At source =
          binding.get("workspace").hasText() ? binding.get("workspace") : binding.get("name");
      bound.add(name);
      At declaration = own.get(name);
      boolean needed = declaration != null && !isOptional(declaration);
      if (needed
          && binding.get("workspace").hasText()
          && declared.getOrDefault(source.text(), false)) {
        unbound(
            source,
            "workspace %s of the pipeline is optional, but task %s requires it"
                .formatted(source.text(), PipelineChecks.name(task)));
      } else if (needed
          && run.isPresent()
          && !given.contains(source.text())
          && !declared.containsKey(source.text())) {
        unbound(source, "the run binds no workspace %s".formatted(source.text()));
      }
    }
    own.forEach((name, declaration) -> {
      if (isOptional(declaration) || bound.contains(name)) {
        return;
      }
      // A workspace of the run reaches a task in which a variable names it.
      boolean propagates =
          embedded.filter(of -> uses(of.spec(), name)).isPresent()
              && (run.isAbsent() || given.contains(name));
      if (!propagates) {
        unbound(
            declaration,
            "task %s requires workspace %s, and nothing binds it"
                .formatted(PipelineChecks.name(task), name));
      }
    });
  }

  private static boolean uses(At spec, String workspace) {
    return List.of("steps", "sidecars", "stepTemplate").stream()
        .flatMap(list -> Texts.below(spec.get(list)))
        .anyMatch(text ->
            text.text().contains("$(workspaces." + workspace + ".")
                || text.text().contains("$(workspaces[\"" + workspace + "\"]")
                || text.text().contains("$(workspaces['" + workspace + "']"));
  }

  private static boolean isOptional(At workspace) {
    return workspace.get("optional").text().equals("true");
  }

  private void unbound(At at, String message) {
    problems.add(
        Rule.WORKSPACE_UNBOUND,
        at,
        message + ": the run fails",
        "Bind it in workspaces of the task and of the run, or declare it as optional.");
  }
}
