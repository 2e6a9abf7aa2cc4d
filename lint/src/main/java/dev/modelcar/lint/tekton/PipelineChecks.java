package dev.modelcar.lint.tekton;

import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.tree.At;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Pipelines, wherever they stand. */
record PipelineChecks(Check check) {
  private static final List<String> LISTS = List.of("tasks", "finally");
  private static final Pattern API_VERSION = Pattern.compile("[^/]+/[^/]+");
  private static final Set<String> PREFIXES =
      Set.of("params", "tasks", "finally", "context", "workspaces", "results");

  /** A pipeline without the question whether it uses declared parameters and workspaces only. */
  void spec(At spec) {
    if (spec.size() == 0) {
      check.add(Rule.TASKS_INVALID, spec, "the pipeline is empty");
    }
    Set<String> names = new HashSet<>();
    for (String list : LISTS) {
      for (At task : spec.get(list).items()) {
        name(task, names);
        task(task);
      }
    }
    graph(spec);
    List<Param> params = Param.declared(spec.get("params"));
    params(spec, params);
    for (String list : LISTS) {
      context(spec.get(list));
    }
    status(spec);
    declaredWorkspaces(spec.get("workspaces"));
    results(spec);
    finallyTasks(spec);
    for (At task : all(spec)) {
      check.when(task.get("when"));
      PipelineTask inside = new PipelineTask(check, task);
      inside.artifacts();
      inside.matrix();
      inside.prefixes(PREFIXES);
    }
    for (String list : LISTS) {
      matrixResults(spec.get(list));
    }
    if (!spec.get("resources").isAbsent()) {
      check.add(Rule.FIELD_VALUE, spec.get("resources"), "PipelineResources no longer exist");
    }
  }

  static List<At> all(At spec) {
    return LISTS.stream().flatMap(list -> spec.get(list).items().stream()).toList();
  }

  static String name(At task) {
    return task.get("name").text();
  }

  static Set<String> names(At list) {
    return list.items().stream().map(PipelineChecks::name).collect(Collectors.toSet());
  }

  private void name(At task, Set<String> names) {
    if (!Check.isLabel(name(task))) {
      check.add(
          Rule.NAME_INVALID,
          task.get("name"),
          "not a valid name of a task in a pipeline: %s".formatted(Check.quoted(name(task))),
          "Lower-case letters, digits and dashes, at most 63.");
    }
    if (!names.add(name(task))) {
      check.add(
          Rule.NAME_REPEATED,
          task.get("name"),
          "two tasks have the name %s".formatted(Check.quoted(name(task))));
    }
  }

  private void task(At task) {
    List<At> kinds =
        Stream.of("taskRef", "taskSpec", "pipelineRef", "pipelineSpec")
            .map(task::get)
            .filter(At::isPresent)
            .toList();
    if (kinds.isEmpty()) {
      check.add(
          Rule.REFERENCE_INVALID,
          task,
          "task %s has neither taskRef nor taskSpec".formatted(Check.quoted(name(task))));
    } else if (kinds.size() > 1) {
      check.add(
          Rule.REFERENCE_INVALID,
          kinds.getLast(),
          "%s exclude each other"
              .formatted(kinds.stream().map(At::name).collect(Collectors.joining(" and "))));
    }
    kinds.stream()
        .filter(kind -> kind.name().startsWith("pipeline"))
        .forEach(kind ->
            check.disabled(kind, kind.name() + " in a pipeline", "enable-api-fields: alpha"));
    if (task.get("resources").isPresent()) {
      check.add(Rule.FIELD_VALUE, task.get("resources"), "PipelineResources no longer exist");
    }
    onError(task);
    At spec = task.get("taskSpec");
    At reference = task.get("taskRef");
    if (spec.get("steps").size() > 0) {
      for (String field : List.of("apiVersion", "kind")) {
        if (spec.get(field).hasText()) {
          check.add(
              Rule.REFERENCE_INVALID,
              spec.get(field),
              "a taskSpec with steps has no %s".formatted(field));
        }
      }
    }
    At custom = reference.isPresent() ? reference : spec;
    boolean ofOther =
        custom.get("apiVersion").hasText()
            || !Set.of("", "Task").contains(custom.get("kind").text())
            || (spec.isPresent()
                && (spec.get("apiVersion").hasText()
                    || !Set.of("", "Task").contains(spec.get("kind").text())));
    if (ofOther) {
      Stream.of(reference, spec).filter(At::isPresent).forEach(this::custom);
      return;
    }
    if (spec.isPresent()) {
      new TaskChecks(check).spec(spec);
    }
    if (reference.isPresent()) {
      check.reference(reference);
    }
  }

  private void custom(At at) {
    if (!at.get("kind").hasText()) {
      check.add(
          Rule.REFERENCE_INVALID,
          at,
          "a custom task needs a kind",
          "Remove apiVersion, or add kind.");
    }
    String version = at.get("apiVersion").text();
    if (!API_VERSION.matcher(version).matches()) {
      check.add(
          Rule.REFERENCE_INVALID,
          version.isEmpty() ? at.get("kind") : at.get("apiVersion"),
          version.isEmpty()
              ? "kind %s: a custom task needs an apiVersion".formatted(at.get("kind").text())
              : "not group/version: %s".formatted(version),
          version.isEmpty() ? "The only other kind is Task." : "");
    }
  }

  private void onError(At task) {
    At onError = task.get("onError");
    if (!onError.hasText() || Check.isParam(onError.text())) {
      return;
    }
    if (!Set.of("continue", "stopAndFail").contains(onError.text())) {
      check.add(
          Rule.TASKS_INVALID,
          onError,
          "onError is %s".formatted(onError.text()),
          "It is continue or stopAndFail.");
    }
    if (onError.text().equals("continue") && task.get("retries").number() > 0) {
      check.add(Rule.TASKS_INVALID, onError, "onError: continue and retries exclude each other");
    }
  }

  private void graph(At spec) {
    At tasks = spec.get("tasks");
    Map<String, Set<String>> needs = new LinkedHashMap<>();
    Map<String, At> places = new LinkedHashMap<>();
    for (At task : tasks.items()) {
      PipelineTask inside = new PipelineTask(check, task);
      Set<String> own = new HashSet<>(task.get("runAfter").texts());
      inside.references(!check.beta()).forEach(reference -> own.add(reference.task()));
      needs.put(name(task), own);
      places.put(name(task), task);
    }
    needs.forEach((name, own) ->
        own.stream()
            .filter(other -> !needs.containsKey(other))
            .sorted()
            .forEach(other ->
                check.add(
                    Rule.TASKS_INVALID,
                    places.getOrDefault(name, tasks),
                    "task %s needs %s, which is not in tasks"
                        .formatted(name, Check.quoted(other)))));
    Map<String, Set<String>> left = new LinkedHashMap<>(needs);
    boolean progress = true;
    while (progress) {
      List<String> free =
          left.entrySet().stream()
              .filter(entry -> entry.getValue().stream().noneMatch(left::containsKey))
              .map(Map.Entry::getKey)
              .toList();
      free.forEach(left::remove);
      progress = !free.isEmpty();
    }
    for (List<String> cycle : cycles(left)) {
      check.add(
          Rule.TASKS_INVALID,
          places.getOrDefault(cycle.getFirst(), tasks),
          "tasks wait for each other: " + String.join(", ", cycle));
    }
  }

  /** Tasks that wait for each other; those that only wait for them are in none. */
  private static List<List<String>> cycles(Map<String, Set<String>> needs) {
    Map<String, Set<String>> reached = new LinkedHashMap<>();
    needs.forEach((name, own) -> {
      Set<String> all = new HashSet<>();
      Deque<String> open = new ArrayDeque<>(own);
      while (!open.isEmpty()) {
        String next = open.pop();
        if (needs.containsKey(next) && all.add(next)) {
          open.addAll(needs.getOrDefault(next, Set.of()));
        }
      }
      reached.put(name, all);
    });
    List<List<String>> cycles = new ArrayList<>();
    Set<String> done = new HashSet<>();
    reached.forEach((name, all) -> {
      if (all.contains(name) && done.add(name)) {
        List<String> cycle =
            reached.keySet().stream()
                .filter(other ->
                    all.contains(other) && reached.getOrDefault(other, Set.of()).contains(name))
                .toList();
        done.addAll(cycle);
        cycles.add(cycle);
      }
    });
    return cycles;
  }

  /** Declarations, and parameters that a task gets twice. */
  void params(At spec, Collection<Param> params) {
    ParamChecks checks = new ParamChecks(check);
    checks.types(params);
    checks.unique(params);
    for (At task : all(spec)) {
      check.unique(task.get("params"), false);
    }
  }

  /** Tekton looks at the last task of each list only. */
  private void context(At list) {
    if (list.size() == 0) {
      return;
    }
    Map<String, Set<String>> known =
        Map.of(
            "context\\.pipelineRun", Set.of("name", "namespace", "uid"),
            "context\\.pipeline", Set.of("name"),
            "context\\.pipelineTask", Set.of("retries"));
    for (At param : new PipelineTask(check, list.items().getLast()).params()) {
      for (String text : ResultRef.texts(param.get("value"))) {
        known.forEach((prefix, names) ->
            check.variable(
                param.get("value"), Variables.unknown(text, prefix, names), Rule.VARIABLE_INVALID));
      }
    }
  }

  private static boolean isStatus(String expression) {
    return expression.startsWith("tasks.")
        && (expression.endsWith(".status") || expression.endsWith(".reason"));
  }

  private void status(At spec) {
    Set<String> tasks = names(spec.get("tasks"));
    for (String list : LISTS) {
      for (At task : spec.get(list).items()) {
        for (PipelineTask.Expressions found : new PipelineTask(check, task).expressions()) {
          if (ResultRef.anyLooksLike(found.texts())) {
            continue;
          }
          for (String text : found.texts()) {
            if (!isStatus(text)) {
              continue;
            }
            String of = text.substring("tasks.".length(), Math.max(6, text.lastIndexOf('.')));
            if (list.equals("tasks")) {
              check.add(
                  Rule.VARIABLE_INVALID,
                  found.at(),
                  "the status of a task is known in finally only");
            } else if (!text.equals("tasks.status") && !tasks.contains(of)) {
              check.add(
                  Rule.TASKS_INVALID, found.at(), "there is no task %s in tasks".formatted(of));
            }
          }
        }
      }
    }
  }

  private void declaredWorkspaces(At list) {
    check.unique(list, false);
    for (At workspace : list.items()) {
      if (!workspace.get("name").hasText()) {
        check.add(Rule.WORKSPACE_INVALID, workspace, "the workspace has no name");
      }
    }
  }

  private void results(At spec) {
    Set<String> tasks = names(spec.get("tasks"));
    Set<String> last = names(spec.get("finally"));
    for (At result : spec.get("results").items()) {
      At value = result.get("value");
      List<String> expressions = ResultRef.expressions(value);
      List<String> like = expressions.stream().filter(ResultRef::looksLike).toList();
      if (like.isEmpty() || ResultRef.all(like).size() != like.size()) {
        check.add(
            Rule.RESULT_INVALID,
            value,
            "the value of a pipeline's result refers to no result of a task",
            "Write $(tasks.TASK.results.RESULT).");
      } else if (!contains(value.text(), tasks, last)) {
        check.add(Rule.RESULT_INVALID, value, "refers to a task that the pipeline does not have");
      }
    }
  }

  private static boolean contains(String text, Set<String> tasks, Set<String> last) {
    for (String part : text.split("\\$", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      String open = part.startsWith("(") ? part.substring(1) : "$" + part;
      String expression = open.endsWith(")") ? open.substring(0, open.length() - 1) : open;
      var reference = ResultRef.parse(expression);
      if (reference.isEmpty()
          || (expression.startsWith("tasks") && !tasks.contains(reference.get().task()))
          || (expression.startsWith("finally") && !last.contains(reference.get().task()))) {
        return false;
      }
    }
    return true;
  }

  private void finallyTasks(At spec) {
    At last = spec.get("finally");
    if (last.size() > 0 && spec.get("tasks").size() == 0) {
      check.add(Rule.TASKS_INVALID, last, "finally without tasks");
    }
    Set<String> tasks = names(spec.get("tasks"));
    Set<String> own = names(last);
    for (At task : last.items()) {
      if (task.get("runAfter").size() > 0) {
        check.add(
            Rule.TASKS_INVALID,
            task.get("runAfter"),
            "tasks in finally run at the same time: they have no runAfter");
      }
      for (PipelineTask.Expressions found : new PipelineTask(check, task).expressions()) {
        for (ResultRef reference : ResultRef.all(found.texts())) {
          if (own.contains(reference.task())) {
            check.add(
                Rule.RESULT_INVALID,
                found.at(),
                "a task in finally cannot use the result of another one, %s"
                    .formatted(reference.task()));
          } else if (!tasks.contains(reference.task())) {
            check.add(
                Rule.RESULT_INVALID,
                found.at(),
                "there is no task %s in tasks".formatted(reference.task()));
          }
        }
      }
    }
  }

  private void matrixResults(At list) {
    Map<String, At> tasks = new LinkedHashMap<>();
    list.items().forEach(task -> tasks.put(name(task), task));
    // Of the results' types, Tekton looks at those that the last parameter of all uses.
    Map<ResultRef, At> used = new LinkedHashMap<>();
    for (At task : list.items()) {
      for (At param : task.get("params").items()) {
        List<String> expressions = ResultRef.expressions(param.get("value"));
        if (!ResultRef.anyLooksLike(expressions)) {
          continue;
        }
        used.clear();
        for (String expression : expressions) {
          if (!ResultRef.looksLike(expression)) {
            continue;
          }
          At source = tasks.get(expression.split("\\.", -1)[1]);
          if (source == null || !PipelineTask.isMatrix(source)) {
            continue;
          }
          ResultRef.parse(expression)
              .ifPresent(reference -> used.put(reference, param.get("value")));
          if (!expression.endsWith("[*]")) {
            check.add(
                Rule.MATRIX_INVALID,
                param.get("value"),
                "%s is a matrix: its results are used as a whole list, with [*]"
                    .formatted(name(source)));
          }
        }
      }
    }
    used.forEach((reference, at) -> {
      At source = tasks.getOrDefault(reference.task(), at);
      for (At result : source.get("taskSpec", "results").items()) {
        String type = result.get("type").text();
        if (source.get("taskRef").isAbsent()
            && name(result).equals(reference.result())
            && !type.equals("string")) {
          check.add(
              Rule.MATRIX_INVALID,
              at,
              "%s is a matrix: its result %s has to be a string, and is of type %s"
                  .formatted(reference.task(), reference.result(), Check.quoted(type)));
        }
      }
    });
  }

  /** That tasks refer to these parameters only. */
  void usage(At spec, Collection<Param> params) {
    Set<String> names = Param.names(params);
    Set<String> arrays = Param.arrays(params);
    for (At task : all(spec)) {
      check.unique(task.get("params"), false);
      new PipelineTask(check, task).usage(names, arrays, Param.objects(params));
    }
  }

  /** That the steps of embedded tasks refer to these parameters, or their own. */
  void embeddedUsage(At spec, List<Param> params) {
    for (At task : all(spec)) {
      At embedded = task.get("taskSpec");
      if (embedded.isPresent()) {
        List<Param> known = new ArrayList<>(Param.declared(embedded.get("params")));
        known.addAll(params);
        new TaskChecks(check).usage(embedded, known);
      }
    }
  }

  /** That tasks are given workspaces of the pipeline only. */
  void workspaces(At spec, Set<String> known) {
    for (At task : all(spec)) {
      check.unique(task.get("workspaces"), false);
      for (At binding : task.get("workspaces").items()) {
        At own = binding.get("workspace");
        String name = own.hasText() ? own.text() : binding.get("name").text();
        if (!known.contains(name)) {
          check.add(
              Rule.WORKSPACE_INVALID,
              own.hasText() ? own : binding.get("name"),
              "the pipeline declares no workspace %s".formatted(Check.quoted(name)),
              "Add it to spec.workspaces of the pipeline.");
        }
      }
    }
  }
}
