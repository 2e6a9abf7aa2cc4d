package dev.modelcar.lint.advice;

import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.schema.GroupKind;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.GoDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at what a server accepts. */
public final class Advice {
  private static final List<String> CLAIMS =
      List.of("persistentVolumeClaim", "volumeClaimTemplate");

  private final Problems problems;

  private Advice(Problems problems) {
    this.problems = problems;
  }

  /**
   * Looks at an object.
   *
   * @param given as the file has it
   * @param decoded as Tekton decodes it, without defaults
   */
  public static void look(GroupKind kind, At given, At decoded, Problems problems) {
    Advice advice = new Advice(problems);
    new Secrets(problems).look(kind, given);
    new ResourceAdvice(problems).look(given);
    if (!kind.isTekton()) {
      return;
    }
    At spec = decoded.get("spec");
    TaskAdvice tasks = new TaskAdvice(problems);
    switch (kind.kind()) {
      case "Task" -> tasks.task(spec, Set.of(), Set.of());
      case "TaskRun" -> advice.taskRun(spec, tasks);
      case "Pipeline" -> advice.pipeline(spec, Set.of(), Set.of(), tasks);
      case "PipelineRun" -> advice.pipelineRun(spec, tasks);
      case "StepAction" -> tasks.container(spec);
      default -> {}
    }
    if (kind.version().equals("v1beta1") && !kind.kind().equals("StepAction")) {
      problems.add(
          Rule.API_DEPRECATED,
          given.get("apiVersion"),
          "%s is deprecated; the server stores it as tekton.dev/v1".formatted(kind.apiVersion()));
    }
  }

  private static Set<String> names(At list) {
    return list.items().stream()
        .map(item -> item.get("name").text())
        .collect(Collectors.toCollection(HashSet::new));
  }

  private void taskRun(At spec, TaskAdvice tasks) {
    timeout(spec.get("timeout"));
    tasks.podTemplate(spec.get("podTemplate"));
    List<At> claims = claims(spec.get("workspaces"));
    if (different(claims) > 1) {
      several(claims.get(1));
    }
    if (spec.get("taskSpec").isPresent()) {
      Set<String> volumes = names(spec.get("podTemplate", "volumes"));
      tasks.task(spec.get("taskSpec"), names(spec.get("workspaces")), volumes);
    }
  }

  private void timeout(At timeout) {
    if (timeout.isAbsent()) {
      problems.add(
          Rule.TIMEOUT_MISSING,
          timeout.place(),
          timeout.path(),
          "no timeout: Tekton ends the run after one hour",
          "",
          Optional.empty());
    }
  }

  private static List<At> claims(At workspaces) {
    return workspaces.items().stream()
        .filter(item -> CLAIMS.stream().anyMatch(source -> item.get(source).isPresent()))
        .toList();
  }

  /** How many there are; several bindings of one claim are one. */
  private static long different(List<At> claims) {
    return claims.stream().map(Advice::claim).distinct().count();
  }

  private static String claim(At binding) {
    At claim = binding.get("persistentVolumeClaim", "claimName");
    return claim.hasText() ? "claim " + claim.text() : "template " + binding.get("name").text();
  }

  private void several(At binding) {
    problems.add(
        Rule.CLAIMS_SEVERAL,
        binding,
        "the run has several volumes that are claimed; a task that uses two of them is refused by"
            + " the affinity assistant",
        "Use one claim with a subPath for each workspace.");
  }

  private void pipelineRun(At spec, TaskAdvice tasks) {
    if (spec.get("timeout").isAbsent()) {
      timeout(spec.get("timeouts"));
    }
    tasks.podTemplate(spec.get("podTemplate"));
    tasks.podTemplate(spec.get("taskRunTemplate", "podTemplate"));
    for (At each : spec.get("taskRunSpecs").items()) {
      tasks.podTemplate(each.get("podTemplate"));
    }
    List<At> claims = claims(spec.get("workspaces"));
    At embedded = spec.get("pipelineSpec");
    if (different(claims) > 1) {
      Map<String, String> claimed =
          claims.stream()
              .collect(Collectors.toMap(at -> at.get("name").text(), Advice::claim, (a, _) -> a));
      if (embedded.isAbsent() || tasks(embedded).anyMatch(task -> used(task, claimed) > 1)) {
        several(claims.get(1));
      }
    }
    if (embedded.isPresent()) {
      Set<String> volumes = names(spec.get("podTemplate", "volumes"));
      volumes.addAll(names(spec.get("taskRunTemplate", "podTemplate", "volumes")));
      for (At each : spec.get("taskRunSpecs").items()) {
        volumes.addAll(names(each.get("podTemplate", "volumes")));
        volumes.addAll(names(each.get("taskPodTemplate", "volumes")));
      }
      pipeline(embedded, names(spec.get("workspaces")), volumes, tasks);
      limits(embedded, spec.get("timeouts"));
    }
  }

  private static long used(At task, Map<String, String> claimed) {
    return task.get("workspaces").items().stream()
        .map(item -> item.get("workspace").hasText() ? item.get("workspace") : item.get("name"))
        .flatMap(at -> Optional.ofNullable(claimed.get(at.text())).stream())
        .distinct()
        .count();
  }

  private static Stream<At> tasks(At spec) {
    return Stream.of("tasks", "finally").flatMap(list -> spec.get(list).items().stream());
  }

  private void limits(At spec, At timeouts) {
    Optional<Duration> limit =
        GoDuration.parse(timeouts.get("tasks").text())
            .or(() -> GoDuration.parse(timeouts.get("pipeline").text()));
    if (limit.isPresent()) {
      for (At task : spec.get("tasks").items()) {
        longer(task.get("timeout"), limit.get());
      }
    }
  }

  private void longer(At timeout, Duration limit) {
    Optional<Duration> own = GoDuration.parse(timeout.text());
    if (own.isPresent() && !limit.isZero() && own.get().compareTo(limit) > 0) {
      problems.add(
          Rule.TIMEOUT_TOO_LONG,
          timeout,
          "the timeout of the task, %s, is longer than that of all tasks, %s"
              .formatted(GoDuration.format(own.get()), GoDuration.format(limit)),
          "Raise timeouts.tasks and timeouts.pipeline of the run.");
    }
  }

  private void pipeline(At spec, Set<String> given, Set<String> volumes, TaskAdvice advice) {
    Set<String> known = names(spec.get("workspaces"));
    known.addAll(given);
    List<At> embedded = new ArrayList<>();
    for (At task : tasks(spec).toList()) {
      if (task.get("taskSpec").isPresent()) {
        Set<String> all = new HashSet<>(known);
        all.addAll(names(task.get("workspaces")));
        advice.task(task.get("taskSpec"), all, volumes);
        embedded.add(task);
      }
    }
    new FlowAdvice(problems).look(embedded);
  }
}
