package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.tekton.FailedTask;
import dev.modelcar.kubernetes.tekton.RunListener;
import dev.modelcar.kubernetes.tekton.RunOutcome;
import java.time.Duration;
import java.util.Map;

/** Prints the progress and the results of a run on a cluster. */
final class RunView implements RunListener {
  private final Console console;

  RunView(Console console) {
    this.console = console;
  }

  @Override
  public synchronized void task(String task, String reason, String message) {
    console.note(
        reason.equals("Running") || reason.equals("Succeeded")
            ? "%s: %s".formatted(task, reason)
            : "%s: %s (%s)".formatted(task, reason, message));
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

  private static ModelcarException failure(RunOutcome outcome) {
    StringBuilder text =
        new StringBuilder(
            "run %s ended with %s: %s"
                .formatted(outcome.name(), outcome.reason(), outcome.message()));
    for (FailedTask task : outcome.failures()) {
      text.append("%n  %s: %s (%s)".formatted(task.name(), task.reason(), task.message()));
      task.advice().ifPresent(advice -> text.append("%n    ".formatted() + advice));
    }
    return new ModelcarException(
        ClusterError.RUN_FAILED, text.toString(), resumeHint(outcome.name()), null);
  }

  /**
   * Prints the results of a run.
   *
   * @throws ModelcarException {@link ClusterError#RUN_FAILED} if it did not succeed
   */
  void report(RunOutcome outcome) {
    if (!outcome.succeeded()) {
      throw failure(outcome);
    }
    outcome.results().forEach((key, value) -> console.result("%-18s %s".formatted(key, value)));
    console.document(Map.of("run", outcome.name()), Map.of("results", outcome.results()));
  }
}
