package dev.modelcar.lint.advice;

import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.tree.At;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tasks and their steps. */
record TaskAdvice(Problems problems) {
  private static final Pattern WORKSPACE =
      Pattern.compile("\\$\\(workspaces\\.([-A-Za-z0-9_]+)\\.(?:path|bound|claim|volume)\\)");

  /** Of v1alpha1, in the singular, or without what is meant of a result. */
  private static final Pattern UNKNOWN =
      Pattern.compile(
          "\\$\\((?:inputs\\.(?!params\\.)|(?:outputs|param|workspace|result)\\.)[-A-Za-z0-9_.]+\\)|\\$\\(results\\.[-A-Za-z0-9_]+\\)");

  private static final Pattern PARAM = Pattern.compile("\\$\\(params[.\\[][^)]{1,1000}\\)");
  private static final Pattern WRITTEN =
      Pattern.compile(
          "cat\\s{0,80}>\\s{0,80}(\\S{1,500})\\s{0,80}<<|<<-?\\s{0,80}['\"]?\\w{1,80}['\"]?\\s{0,80}>\\s{0,80}(\\S{1,500})");

  /** Files that a script writes and that are looked for in it. */
  private static final int MOST_FILES = 100;

  /** What the kubelet keeps of the results of all containers of a pod. */
  private static final int RESULT_BYTES = 12_288;

  private static final int LEAST_BYTES = 256;

  /**
   * Looks at a task.
   *
   * @param propagated workspaces of the run or the pipeline
   * @param outside volumes of the pod template of the run
   */
  void task(At spec, Set<String> propagated, Set<String> outside) {
    Set<String> workspaces = names(spec.get("workspaces"));
    workspaces.addAll(propagated);
    Set<String> volumes = names(spec.get("volumes"));
    volumes.addAll(outside);
    At template = spec.get("stepTemplate");
    List<At> steps = spec.get("steps").items();
    for (At step : steps) {
      container(step);
      script(step);
      command(step, template);
      mounts(step, volumes);
      workspaces(step, workspaces);
    }
    security(template);
    for (At sidecar : spec.get("sidecars").items()) {
      container(sidecar);
      workspaces(sidecar, workspaces);
    }
    steps.stream()
        .filter(step ->
            step.get("ref").isAbsent()
                && step.get("computeResources").size() == 0
                && step.get("resources").size() == 0
                && template.get("computeResources").size() == 0
                && template.get("resources").size() == 0)
        .findFirst()
        .ifPresent(step ->
            problems.add(
                Rule.RESOURCES_MISSING,
                step,
                "no computeResources: the namespace's default applies, or none"));
    users(steps, template);
    results(spec);
  }

  private static Set<String> names(At list) {
    return list.items().stream()
        .map(item -> item.get("name").text())
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** What steps, sidecars and step actions have in common. */
  void container(At at) {
    String image = at.get("image").text();
    if (!image.isEmpty() && !image.contains("@") && !image.contains("$(")) {
      problems.add(
          Rule.IMAGE_NOT_PINNED, at.get("image"), "%s is a tag, not a digest".formatted(image));
    }
    security(at);
  }

  private void security(At at) {
    At context = at.get("securityContext");
    At added = context.get("capabilities", "add");
    if (context.get("privileged").text().equals("true")) {
      problems.add(
          Rule.PRIVILEGED_CONTAINER, context.get("privileged"), "the container is privileged");
    } else if (context.get("runAsUser").isPresent() && context.get("runAsUser").number() == 0) {
      problems.add(
          Rule.PRIVILEGED_CONTAINER, context.get("runAsUser"), "the container runs as root");
    } else if (added.size() > 0) {
      problems.add(
          Rule.PRIVILEGED_CONTAINER,
          added,
          "the container adds capabilities: %s".formatted(String.join(", ", added.texts())));
    }
  }

  void podTemplate(At template) {
    At group = template.get("securityContext", "fsGroup");
    if (group.isPresent()) {
      problems.add(
          Rule.FS_GROUP_FIXED,
          group,
          "fsGroup is %s: OpenShift allows only the groups of the namespace"
              .formatted(group.text()));
    }
  }

  private void script(At step) {
    At script = step.get("script");
    Set<String> params = new TreeSet<>();
    PARAM.matcher(script.text()).results().forEach(result -> params.add(result.group()));
    if (!params.isEmpty()) {
      problems.add(
          Rule.PARAM_IN_SCRIPT,
          script,
          "the script contains %s as text: whoever sets it can run commands"
              .formatted(String.join(", ", params)));
    }
    Set<String> files = new TreeSet<>();
    Matcher written = WRITTEN.matcher(script.text());
    while (files.size() < MOST_FILES && written.find()) {
      files.add(Optional.ofNullable(written.group(1)).orElse(String.valueOf(written.group(2))));
    }
    for (String file : files) {
      String run = "(?m)(?:^|[;&|]|\\bexec)\\s*" + Pattern.quote(file) + "(?:\\s|$)";
      boolean runs =
          Pattern.compile(run).matcher(script.text()).find()
              || Pattern.compile(
                      "(?m)^\\s*\\./" + Pattern.quote(file.replaceFirst("^\\./", "")) + "(?:\\s|$)")
                  .matcher(script.text())
                  .find();
      if (runs && !script.text().contains("chmod")) {
        problems.add(
            Rule.SCRIPT_EXEC_BIT,
            script,
            "the script writes %s and runs it, but nothing made it executable".formatted(file));
      }
    }
  }

  private void command(At step, At template) {
    boolean any =
        Stream.of(step, template).anyMatch(at -> at.get("command").size() > 0)
            || step.get("script").hasText()
            || step.get("ref").isPresent();
    if (!any) {
      problems.add(
          Rule.COMMAND_MISSING,
          step,
          "neither command nor script: the controller asks the registry for the entrypoint");
    }
  }

  private void mounts(At step, Set<String> volumes) {
    for (At mount : step.get("volumeMounts").items()) {
      At name = mount.get("name");
      if (!volumes.contains(name.text()) && !name.text().contains("$(")) {
        problems.add(
            Rule.MOUNT_UNDECLARED, name, "the task has no volume %s".formatted(name.text()));
      }
    }
  }

  private void workspaces(At step, Set<String> known) {
    List<At> texts = new ArrayList<>(List.of(step.get("script"), step.get("workingDir")));
    texts.addAll(step.get("command").items());
    texts.addAll(step.get("args").items());
    step.get("env").items().forEach(env -> texts.add(env.get("value")));
    for (At text : texts) {
      WORKSPACE
          .matcher(text.text())
          .results()
          .map(result -> result.group(1))
          .filter(name -> !known.contains(name))
          .distinct()
          .forEach(name ->
              problems.add(
                  Rule.WORKSPACE_UNDECLARED,
                  text,
                  "workspace %s is not declared: the variable stays as it is".formatted(name),
                  "Add it to workspaces of the task."));
      Matcher inputs = UNKNOWN.matcher(text.text());
      if (inputs.find()) {
        problems.add(
            Rule.VARIABLE_UNDECLARED,
            text,
            "%s is no variable of this version: the text stays as it is".formatted(inputs.group()),
            "Write $(params.NAME), $(workspaces.NAME.path) or $(results.NAME.path).");
      }
    }
  }

  private void users(List<At> steps, At template) {
    Set<String> users =
        steps.stream()
            .map(step -> step.get("securityContext", "runAsUser"))
            .map(user -> user.isPresent() ? user : template.get("securityContext", "runAsUser"))
            .map(At::text)
            .collect(Collectors.toCollection(TreeSet::new));
    if (users.size() > 1) {
      problems.add(
          Rule.IDENTITY_MIXED,
          steps.getLast().get("securityContext"),
          "the steps run as different users: %s"
              .formatted(
                  users.stream()
                      .map(user -> user.isEmpty() ? "the image's" : user)
                      .collect(Collectors.joining(", "))));
    }
  }

  private void results(At spec) {
    int results = spec.get("results").size();
    if (results == 0) {
      return;
    }
    boolean scripts =
        spec.get("steps").items().stream().anyMatch(step -> step.get("script").hasText());
    int containers = spec.get("steps").size() + spec.get("sidecars").size() + 1 + (scripts ? 1 : 0);
    int share = Math.min(RESULT_BYTES / containers, 4096);
    if (share / results < LEAST_BYTES) {
      problems.add(
          Rule.RESULT_BUDGET,
          spec.get("results"),
          "%d results share %d bytes, %d for each: what does not fit is lost"
              .formatted(results, share, share / results));
    }
  }
}
