package dev.modelcar.lint.tekton;

import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.schema.Homes;
import dev.modelcar.lint.tree.At;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Variables in a task that nothing fills in, where Tekton's webhook does not look. */
record StepVariables(Problems problems, At spec) {
  private static final Pattern RESULT =
      Pattern.compile(
          "\\$\\(results(?:\\.([^().\\[\\]]+)|\\[[\"']([^()\\[\\]\"']+)[\"']])\\.path\\)");
  private static final Pattern OWN =
      Pattern.compile("\\$\\(step\\.results\\.([^().\\[\\]]+)\\.path\\)");
  private static final Pattern OTHER =
      Pattern.compile(
          "\\$\\(steps\\.([^().\\[\\]]+)\\.results\\.([^().\\[\\]]+)(?:[.\\[][^()]*)?\\)");

  /**
   * Looks at the steps and sidecars of a task.
   *
   * @param own parameters that it declares or is passed
   * @param outside those that propagate into it
   */
  void look(Collection<String> own, Collection<String> outside) {
    Set<String> results = PipelineChecks.names(spec.get("results"));
    List<At> steps = spec.get("steps").items();
    for (At step : steps) {
      // The webhook looks at scripts itself.
      List<At> texts =
          Texts.ofContainer(step).stream().filter(text -> !text.name().equals("script")).toList();
      texts.forEach(text -> result(text, results));
      own(step);
    }
    for (At sidecar : spec.get("sidecars").items()) {
      Texts.ofContainer(sidecar).forEach(text -> result(text, results));
    }
    Map<String, At> named =
        steps.stream()
            .filter(step -> step.get("name").hasText())
            .collect(Collectors.toMap(PipelineChecks::name, Function.identity(), (a, _) -> a));
    Stream.concat(
            steps.stream().flatMap(step -> Texts.ofContainer(step).stream()),
            spec.get("results").items().stream().map(result -> result.get("value")))
        .forEach(text -> other(text, named));
    List<At> beside = new ArrayList<>();
    spec.get("sidecars").items().forEach(sidecar -> Texts.below(sidecar).forEach(beside::add));
    Texts.below(spec.get("volumes")).forEach(beside::add);
    Set<String> params = new HashSet<>(own);
    params.addAll(outside);
    params(beside, params);
    Stream.concat(steps.stream().flatMap(step -> Texts.ofContainer(step).stream()), beside.stream())
        .forEach(text -> inputs(text, own));
  }

  /** As v1alpha1 called parameters; those that propagate have only the new name. */
  private void inputs(At text, Collection<String> own) {
    Variables.unknown(text.text(), "inputs.params", own)
        .ifPresent(message ->
            undeclared(
                text,
                message + ": the text stays as it is",
                "Write $(params.NAME), and declare it."));
  }

  /** That texts refer to these parameters only. */
  void params(Collection<At> texts, Collection<String> known) {
    for (At text : texts) {
      Variables.unknown(text.text(), "params", known)
          .ifPresent(message -> undeclared(text, message + ": the text stays as it is", ""));
    }
  }

  /** The texts of all steps, for a task whose steps the webhook does not look at. */
  List<At> steps() {
    return TaskChecks.steps(spec).stream()
        .flatMap(step -> StepTexts.of(step).all().stream())
        .toList();
  }

  private void result(At text, Set<String> results) {
    RESULT
        .matcher(text.text())
        .results()
        .map(found -> Optional.ofNullable(found.group(1)).orElse(String.valueOf(found.group(2))))
        .filter(name -> !results.contains(name))
        .distinct()
        .forEach(name ->
            undeclared(
                text,
                "the task declares no result %s: $(results.%s.path) stays as it is"
                    .formatted(name, name),
                near(name, results)));
  }

  private void own(At step) {
    Set<String> results = PipelineChecks.names(step.get("results"));
    if (step.get("ref").isPresent()) {
      return;
    }
    for (At text : Texts.ofContainer(step)) {
      if (text.name().equals("script") && !results.isEmpty()) {
        continue;
      }
      OWN.matcher(text.text())
          .results()
          .map(found -> found.group(1))
          .filter(name -> !results.contains(name))
          .distinct()
          .forEach(name ->
              undeclared(
                  text,
                  "the step declares no result %s: $(step.results.%s.path) stays as it is"
                      .formatted(name, name),
                  near(name, results)));
    }
  }

  private void other(At text, Map<String, At> steps) {
    OTHER
        .matcher(text.text())
        .results()
        .forEach(found -> {
          At step = steps.get(found.group(1));
          if (step == null) {
            undeclared(
                text,
                "the task has no step %s: %s stays as it is"
                    .formatted(found.group(1), found.group()),
                near(found.group(1), steps.keySet()));
          } else if (step.get("ref").isAbsent()) {
            Set<String> results = PipelineChecks.names(step.get("results"));
            if (!results.contains(found.group(2))) {
              undeclared(
                  text,
                  "step %s declares no result %s: %s stays as it is"
                      .formatted(found.group(1), found.group(2), found.group()),
                  near(found.group(2), results));
            }
          }
        });
  }

  private static String near(String name, Collection<String> known) {
    List<String> near = Homes.near(name, known);
    return near.size() == 1 ? "Did you mean %s?".formatted(near.getFirst()) : "";
  }

  private void undeclared(At text, String message, String fix) {
    problems.add(Rule.VARIABLE_UNDECLARED, text, message, fix);
  }
}
