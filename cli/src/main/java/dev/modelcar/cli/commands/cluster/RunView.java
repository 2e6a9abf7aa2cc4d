package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.tekton.FailedTask;
import dev.modelcar.kubernetes.tekton.RunListener;
import dev.modelcar.kubernetes.tekton.RunOutcome;
import dev.modelcar.report.RunRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints the progress and the results of a run on a cluster. */
final class RunView implements RunListener {
  private static final String WHAT_TO_DO = "what to do: ";

  private final Console console;

  RunView(Console console) {
    this.console = console;
  }

  @Override
  public synchronized void task(String task, String reason, String message) {
    console.record().ifPresent(run -> run.step(task, step(reason)));
    console.note(
        reason.equals("Running") || reason.equals("Succeeded")
            ? "%s: %s".formatted(task, reason)
            : "%s: %s (%s)".formatted(task, reason, message));
  }

  private static RunRecord.Step step(String reason) {
    return switch (reason) {
      case "Running" -> RunRecord.Step.RUNNING;
      case "Succeeded", "Completed" -> RunRecord.Step.DONE;
      case "Pending", "Started", "PodInitializing" -> RunRecord.Step.WAITING;
      default -> RunRecord.Step.FAILED;
    };
  }

  @Override
  public synchronized void line(String task, String text) {
    console.note("[%s] %s".formatted(task, text));
  }

  @Override
  public synchronized void clusterIsAway(String message, Duration budget) {
    console.note(
        "the cluster does not respond, retrying for %d minutes; the run continues (%s)"
            .formatted(budget.toMinutes(), message));
  }

  @Override
  public synchronized void clusterIsBack() {
    console.note("the cluster responds again");
  }

  /** How to start a run again. */
  static String resumeHint(String name) {
    return "`modelcar run --resume %s` starts it again and keeps what has arrived.".formatted(name);
  }

  private static ModelcarException failure(RunOutcome outcome, String namespace) {
    StringBuilder text =
        new StringBuilder(
            "run %s ended with %s: %s"
                .formatted(outcome.name(), outcome.reason(), outcome.message()));
    for (FailedTask task : outcome.failures()) {
      text.append("%n  %s: %s (%s)".formatted(task.name(), task.reason(), task.message()));
      task.error().stream()
          .filter(line -> !line.startsWith(WHAT_TO_DO))
          .forEach(line -> text.append("%n    ".formatted() + line));
      task.advice()
          .filter(advice -> task.error().isEmpty() || task.moreMemory().isPresent())
          .ifPresent(advice -> text.append("%n    ".formatted() + advice));
    }
    return new ModelcarException(
        ClusterError.RUN_FAILED,
        text.toString(),
        "%s `modelcar diagnose pipelinerun/%s -n %s` says what failed first, and why."
            .formatted(hint(outcome.name(), outcome.failures()), outcome.name(), namespace),
        null);
  }

  /** What is wrong for good is wrong in a run that is resumed, which has the same parameters. */
  private static String hint(String run, List<FailedTask> failures) {
    Optional<FailedTask> permanent = failures.stream().filter(FailedTask::permanent).findFirst();
    if (permanent.isPresent()) {
      String first =
          permanent.get().error().stream()
              .filter(line -> line.startsWith(WHAT_TO_DO))
              .map(line -> line.substring(WHAT_TO_DO.length()) + " ")
              .findFirst()
              .orElse("");
      return first + "Then start a new run; it reuses what has arrived.";
    }
    String options =
        failures.stream()
            .flatMap(task -> task.moreMemory().stream())
            .distinct()
            .collect(Collectors.joining(" "));
    return resumeHint(options.isEmpty() ? run : run + " " + options);
  }

  /** Prints how a run ended, with its results, and returns the exit code. */
  int report(RunOutcome outcome, String namespace) {
    outcome.results().forEach((key, value) -> console.result("%-18s %s".formatted(key, value)));
    Object[] document = {
      Map.of("run", outcome.name()), Map.of("results", outcome.results()),
    };
    if (!outcome.succeeded()) {
      return console.failure(failure(outcome, namespace), document);
    }
    console.document(document);
    return 0;
  }
}
