package dev.modelcar.lint.tekton;

import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.GoDuration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tasks, wherever they stand, their steps, and step actions. */
record TaskChecks(Check check) {
  private static final Pattern STEP_RESULT =
      Pattern.compile("\\$\\(steps\\..{0,200}?\\.results\\..{0,200}?\\)");

  /** A task without the question whether its steps use declared parameters only. */
  void spec(At spec) {
    At given = spec.get("steps");
    if (given.size() == 0) {
      check.add(Rule.STEP_INVALID, given, "the task has no steps");
    }
    check.unique(spec.get("volumes"), false);
    workspaces(spec);
    if (spec.get("stepTemplate").isPresent()) {
      given.items().stream().filter(step -> step.get("ref").isAbsent()).forEach(this::mergeable);
    }
    List<At> steps = steps(spec);
    List<StepTexts> texts = steps.stream().map(StepTexts::of).toList();
    names(steps);
    steps.forEach(this::step);
    spec.get("sidecars").items().forEach(this::sidecar);
    ParamChecks params = new ParamChecks(check);
    List<Param> declared = Param.declared(spec.get("params"));
    params.types(declared);
    declared(params, texts, declared);
    params.variables(
        texts, "context\\.taskRun", Set.of("name", "namespace", "uid"), Rule.VARIABLE_INVALID);
    params.variables(texts, "context\\.task", Set.of("name", "retry-count"), Rule.VARIABLE_INVALID);
    At results = spec.get("results");
    Set<String> names = names(results);
    for (At step : steps) {
      At script = step.get("script");
      check.variable(
          script, Variables.unknown(script.text(), "results", names), Rule.RESULT_INVALID);
    }
    check.results(results, true);
  }

  /** Names that stand twice, but not one after the other, cannot be merged with a template. */
  private void mergeable(At step) {
    Map<String, String> keys =
        Map.of("env", "name", "volumeMounts", "mountPath", "volumeDevices", "devicePath");
    keys.forEach((list, key) -> {
      Set<String> seen = new HashSet<>();
      String before = "";
      for (At item : step.get(list).items()) {
        String name = item.get(key).text();
        if (!seen.add(name) && !name.equals(before)) {
          check.add(
              Rule.NAME_REPEATED,
              item,
              "%s stands twice in %s: it cannot be merged with stepTemplate".formatted(name, list));
        }
        before = name;
      }
    });
  }

  private static void declared(ParamChecks params, List<StepTexts> steps, List<Param> declared) {
    params.unique(declared);
    params.names(declared);
    params.arrays(steps, declared);
  }

  static List<At> steps(At spec) {
    return spec.get("steps").items().stream()
        .map(step -> StepTexts.merged(step, spec.get("stepTemplate")))
        .toList();
  }

  /** That the steps refer to these parameters only. */
  void usage(At spec, Collection<Param> params) {
    new ParamChecks(check).usage(withOnError(steps(spec)), params);
  }

  private static List<StepTexts> withOnError(List<At> steps) {
    List<StepTexts> texts = new ArrayList<>();
    for (At step : steps) {
      StepTexts own = StepTexts.of(step);
      List<At> plain = new ArrayList<>(own.plain());
      plain.add(step.get("onError"));
      texts.add(new StepTexts(plain, own.words()));
    }
    return texts;
  }

  /** What a run checks once more, with the values that it gives. */
  void withValues(At spec, Collection<Param> params) {
    List<StepTexts> texts = steps(spec).stream().map(StepTexts::of).toList();
    ParamChecks checks = new ParamChecks(check);
    checks.types(params);
    declared(checks, texts, List.copyOf(params));
    usage(spec, params);
  }

  private static Set<String> names(At list) {
    return list.items().stream().map(item -> item.get("name").text()).collect(Collectors.toSet());
  }

  private void names(List<At> steps) {
    Set<String> seen = new HashSet<>();
    for (At step : steps) {
      At name = step.get("name");
      if (name.hasText() && !seen.add(name.text())) {
        check.add(Rule.NAME_REPEATED, name, "two steps have the name %s".formatted(name.text()));
      }
    }
  }

  private void workspaces(At spec) {
    At workspaces = spec.get("workspaces");
    Set<String> paths =
        Stream.concat(spec.get("steps").items().stream(), Stream.of(spec.get("stepTemplate")))
            .flatMap(step -> step.get("volumeMounts").items().stream())
            .map(mount -> clean(mount.get("mountPath").text()))
            .collect(Collectors.toCollection(HashSet::new));
    check.unique(workspaces, false);
    for (At workspace : workspaces.items()) {
      String given = workspace.get("mountPath").text();
      String path = clean(given.isEmpty() ? "/workspace/" + workspace.get("name").text() : given);
      if (!paths.add(path)) {
        check.add(
            Rule.WORKSPACE_INVALID,
            workspace,
            "something else is mounted at %s already".formatted(path));
      }
    }
    Set<String> names = names(workspaces);
    for (String list : List.of("steps", "sidecars")) {
      for (At step : spec.get(list).items()) {
        for (At workspace : step.get("workspaces").items()) {
          String name = workspace.get("name").text();
          if (!names.contains(name)) {
            check.add(
                Rule.WORKSPACE_INVALID,
                workspace,
                "workspace %s is not declared by the task".formatted(name));
          }
        }
      }
    }
  }

  static String clean(String path) {
    return path.isEmpty() ? "." : Path.of(path.replace("\0", "")).normalize().toString();
  }

  private void sidecar(At sidecar) {
    if (sidecar.get("name").text().equals("tekton-log-results")) {
      check.add(Rule.STEP_INVALID, sidecar.get("name"), "this name is Tekton's own");
    }
    if (check.beta()) {
      return;
    }
    if (!sidecar.get("image").hasText()) {
      check.add(Rule.STEP_INVALID, sidecar, "the sidecar has no image");
    }
    scriptAndCommand(sidecar);
  }

  private void scriptAndCommand(At step) {
    if (step.get("script").hasText() && step.get("command").size() > 0) {
      check.add(
          Rule.STEP_INVALID,
          step.get("script"),
          "script and command exclude each other",
          "Make the command the first line of the script: #!/path/to/command.");
    }
  }

  private void step(At step) {
    List<At> run = new ArrayList<>(Check.texts(step, "script"));
    run.addAll(step.get("command").items());
    run.addAll(step.get("args").items());
    step.get("env").items().forEach(env -> run.add(env.get("value")));
    boolean refused = check.artifacts(run);
    if (!refused) {
      content(step);
    }
    At results = step.get("results");
    At script = step.get("script");
    if (results.isPresent()) {
      check.variable(
          script,
          Variables.unknown(script.text(), "step.results", names(results)),
          Rule.RESULT_INVALID);
      check.results(results, false);
    }
    check.when(step.get("when"));
  }

  private void content(At step) {
    if (step.get("ref").isPresent()) {
      check.reference(step.get("ref"));
      for (String field :
          List.of(
              "image",
              "command",
              "args",
              "script",
              "workingDir",
              "env",
              "volumeMounts",
              "results")) {
        At at = step.get(field);
        if (at.hasText() || at.size() > 0) {
          check.add(Rule.STEP_INVALID, at, "%s cannot be combined with ref".formatted(field));
        }
      }
    } else {
      if (step.get("params").size() > 0) {
        check.add(Rule.STEP_INVALID, step.get("params"), "params of a step need a ref");
      }
      if (!step.get("image").hasText()) {
        check.add(Rule.STEP_INVALID, step, "the step has no image");
      }
      scriptAndCommand(step);
    }
    At name = step.get("name");
    if (name.hasText() && !Check.isLabel(name.text())) {
      check.add(
          Rule.NAME_INVALID,
          name,
          "not a valid name of a step: %s".formatted(name.text()),
          "Lower-case letters, digits and dashes, at most 63.");
    }
    At timeout = step.get("timeout");
    if (GoDuration.parse(timeout.text()).filter(Duration::isNegative).isPresent()) {
      check.add(Rule.TIMEOUTS_INVALID, timeout, "the timeout is negative");
      return;
    }
    for (At mount : step.get("volumeMounts").items()) {
      String path = clean(mount.get("mountPath").text());
      if (path.startsWith("/tekton/") && !path.startsWith("/tekton/home")) {
        check.add(
            Rule.STEP_INVALID,
            mount.get("mountPath"),
            "nothing can be mounted below /tekton but /tekton/home");
      }
      if (mount.get("name").text().startsWith("tekton-internal-")) {
        check.add(Rule.STEP_INVALID, mount.get("name"), "names that begin so are Tekton's own");
      }
    }
    onError(step.get("onError"));
    if (step.get("script").text().strip().startsWith("#!win")) {
      check.disabled(step.get("script"), "a script for Windows", "enable-api-fields: alpha");
    }
    for (String field : List.of("stdoutConfig", "stderrConfig")) {
      if (step.get(field).isPresent()) {
        check.disabled(step.get(field), field, "enable-api-fields: alpha");
      }
    }
    stepResults(step);
  }

  private void onError(At onError) {
    String text = onError.text();
    if (!text.isEmpty()
        && !Check.isParam(text)
        && !Set.of("continue", "stopAndFail").contains(text)) {
      check.add(
          Rule.STEP_INVALID,
          onError,
          "onError is %s".formatted(text),
          "It is continue or stopAndFail.");
    }
  }

  private void stepResults(At step) {
    List<At> texts =
        new ArrayList<>(
            Check.texts(step, "name", "image", "script", "imagePullPolicy", "workingDir"));
    for (At env : step.get("envFrom").items()) {
      texts.addAll(Check.texts(env, "prefix"));
      texts.addAll(Check.texts(env.get("configMapRef"), "name"));
      texts.addAll(Check.texts(env.get("secretRef"), "name"));
    }
    for (At mount : step.get("volumeMounts").items()) {
      texts.addAll(Check.texts(mount, "name", "mountPath", "subPath"));
    }
    for (At device : step.get("volumeDevices").items()) {
      texts.addAll(Check.texts(device, "name", "devicePath"));
    }
    for (At text : texts) {
      if (STEP_RESULT.matcher(text.text()).find()) {
        check.add(
            Rule.VARIABLE_INVALID,
            text,
            "results of steps can be used in env, command and args only",
            "Pass it through env.");
      }
    }
    check.stepArtifacts(texts.stream().filter(text -> !text.name().equals("script")).toList());
  }

  /** A step action: a step of its own, with parameters. */
  void action(At spec) {
    At script = spec.get("script");
    if (!spec.get("image").hasText()) {
      check.add(Rule.STEP_INVALID, spec, "the step action has no image");
    }
    scriptAndCommand(spec);
    if (script.text().strip().startsWith("#!win")) {
      check.disabled(script, "a script for Windows", "enable-api-fields: alpha");
    }
    if (Variables.any(script.text(), "params")) {
      check.add(
          Rule.VARIABLE_INVALID,
          script,
          "the script of a step action cannot contain parameters",
          "Pass them through env.");
    }
    List<At> plain = new ArrayList<>(Check.texts(spec, "image", "script"));
    spec.get("env").items().forEach(env -> plain.add(env.get("value")));
    spec.get("volumeMounts").items().forEach(mount -> plain.add(mount.get("name")));
    List<StepTexts> texts = List.of(new StepTexts(plain, StepTexts.of(spec).words()));
    List<Param> params = Param.declared(spec.get("params"));
    ParamChecks checks = new ParamChecks(check);
    checks.usage(texts, params);
    checks.types(params);
    Set<String> seen = new HashSet<>();
    params.stream()
        .filter(param -> !seen.add(param.name()))
        .forEach(param ->
            check.add(
                Rule.NAME_REPEATED,
                param.at().get("name"),
                "parameter %s is declared twice".formatted(param.name())));
    checks.names(params);
    checks.arrays(texts, params);
    Set<String> results = names(spec.get("results"));
    for (String prefix : List.of("step.results", "results")) {
      check.variable(
          script, Variables.unknown(script.text(), prefix, results), Rule.RESULT_INVALID);
    }
    check.results(spec.get("results"), false);
    for (At mount : spec.get("volumeMounts").items()) {
      String name = mount.get("name").text();
      if (!Variables.references(name, "params").equals(List.of(name))) {
        check.add(
            Rule.STEP_INVALID,
            mount.get("name"),
            "the volume of a step action is one parameter: %s".formatted(Check.quoted(name)));
      }
    }
  }
}
