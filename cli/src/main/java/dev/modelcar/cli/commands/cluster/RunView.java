package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.diagnosis.FailedRun;
import dev.modelcar.cli.documents.DiagnosisDocument;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.FindingsView;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.findings.diagnosis.Finding;
import dev.modelcar.findings.diagnosis.Report;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.tekton.FailedTask;
import dev.modelcar.kubernetes.tekton.RunListener;
import dev.modelcar.kubernetes.tekton.RunOutcome;
import dev.modelcar.report.RunRecord;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Prints the progress and the results of a run on a cluster. */
final class RunView implements RunListener {
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

  private static ModelcarException failure(RunOutcome outcome, Optional<Finding> cause) {
    StringBuilder text =
        new StringBuilder(
            "run %s ended with %s: %s"
                .formatted(outcome.name(), outcome.reason(), outcome.message()));
    for (FailedTask task : outcome.failures()) {
      text.append("%n  %s: %s (%s)".formatted(task.name(), task.reason(), task.message()));
    }
    cause.ifPresent(
        found -> text.append("%n  cause: %s (%s)".formatted(found.title(), found.rule())));
    return new ModelcarException(
        ClusterError.RUN_FAILED, text.toString(), hint(outcome, cause), null);
  }

  /** What is wrong for good is wrong in a run that is resumed, which has the same parameters. */
  private static String hint(RunOutcome outcome, Optional<Finding> cause) {
    String first = cause.flatMap(found -> found.fix().stream().findFirst()).orElse("");
    if (first.contains("modelcar run --resume " + outcome.name())) {
      return first;
    }
    boolean permanent = outcome.failures().stream().anyMatch(FailedTask::permanent);
    String next =
        permanent
            ? "Then start a new run; it reuses what has arrived."
            : resumeHint(outcome.name());
    return first.isEmpty() ? next : first + " " + next;
  }

  /**
   * Prints how a run ended, with its results and why it failed, and returns the exit code.
   *
   * @param diagnosis of a run that failed
   */
  int report(RunOutcome outcome, Supplier<Report> diagnosis) {
    outcome.results().forEach((key, value) -> console.result("%-18s %s".formatted(key, value)));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("run", outcome.name());
    document.put("results", outcome.results());
    if (outcome.succeeded()) {
      console.document(document);
      return 0;
    }
    Report report = diagnosis.get();
    new FindingsView(report).text().forEach(console::result);
    document.put("diagnosis", DiagnosisDocument.of(report));
    return console.failure(failure(outcome, FailedRun.cause(report)), document);
  }
}
