package dev.modelcar.findings.diagnosis;

import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.logs.Printed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Explains by logs and events of objects that are not in the case: of those, nothing is known but
 * that. It may tell why a run failed, or why a service is not ready, whose own state does not.
 */
final class Traces {
  private static final String POD = "-pod";

  private final World world;
  private final Judge judge;

  Traces(World world, Judge judge) {
    this.world = world;
    this.judge = judge;
  }

  static String source(ContainerLog log) {
    return "log of %s %s".formatted(log.pod(), log.container()).strip();
  }

  /** Why something failed that a log is of; empty if the log does not end with a known error. */
  Optional<Finding> explain(ContainerLog log, Place place, boolean serving) {
    String source = source(log);
    return judge
        .ownError(log.lines())
        .map(own -> place.finding(own, log.lines(), source))
        .or(() ->
            judge
                .ofLogAlone(new Printed(source, log.lines(), "", OptionalInt.empty()), serving)
                .map(match -> place.finding(Role.CAUSE, match)));
  }

  /** Why an object is in trouble of which only events are known. */
  Optional<Finding> explain(List<Clue> warnings, Place place, boolean serving) {
    List<Clue> telling =
        warnings.stream().filter(clue -> !clue.text().startsWith("Unhealthy")).toList();
    return judge
        .ofCluster(telling, List.of(), serving)
        .map(match -> place.finding(Role.CAUSE, match));
  }

  /**
   * Why a run or a service fails of which the case has no pods.
   *
   * @param only whether it is all that the case is about, so that a log without a pod is of it
   */
  Optional<Finding> explain(KubeObject subject, boolean only) {
    boolean serving = Served.is(subject);
    List<Finding> found = new ArrayList<>();
    for (ContainerLog log : world.logsAlone()) {
      boolean named = log.pod().startsWith(subject.name() + "-");
      // What is named POD.CONTAINER is of that pod, and of nothing else.
      boolean ofAny = only && log.container().isEmpty();
      if ((named || ofAny) && !Refusals.areIn(log.lines())) {
        explain(log, place(subject, log), serving).ifPresent(found::add);
      }
    }
    if (found.isEmpty()) {
      world
          .onlyInEvents()
          .forEach((about, warnings) -> {
            if (about.text("name").startsWith(subject.name() + "-")) {
              explain(warnings, place(subject, about), serving).ifPresent(found::add);
            }
          });
    }
    Set<String> rules = found.stream().map(Finding::rule).collect(Collectors.toSet());
    return rules.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private static Place place(KubeObject subject, ContainerLog log) {
    String task =
        subject.list("status", "childReferences").stream()
            .filter(child -> (child.text("name") + POD).equals(log.pod()))
            .map(child -> child.text("pipelineTaskName"))
            .findFirst()
            .orElse("");
    return new Place(
        subject.reference(),
        subject.namespace(),
        subject.kind().equals("PipelineRun") ? subject.name() : "",
        task,
        log.container().replaceFirst("^step-", ""),
        log.pod(),
        log.container(),
        "default",
        "",
        Optional.empty(),
        "%s is failing, and of its pods only the %s is known"
            .formatted(subject.reference(), source(log)));
  }

  private static Place place(KubeObject subject, KubeObject about) {
    return Place.of(
        subject.reference(),
        subject.namespace(),
        about.kind().equals("Pod") ? about.text("name") : "",
        "",
        "%s is failing, and of %s only events are known"
            .formatted(subject.reference(), named(about)));
  }

  /** How an event names the object that it is about. */
  static String named(KubeObject about) {
    return about.reference().replaceFirst("/.*", "/" + about.text("name"));
  }
}
