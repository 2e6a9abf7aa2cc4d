package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.tekton.FailedTask;
import dev.modelcar.kubernetes.tekton.RunListener;
import dev.modelcar.kubernetes.tekton.RunOutcome;
import java.time.Duration;

/** A run on a cluster, as a person sees it. */
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
  public synchronized void clusterIsAway(String message, Duration patience) {
    console.note(
        "the cluster does not answer, and is asked again for %d minutes; the run goes on (%s)"
            .formatted(patience.toMinutes(), message));
  }

  @Override
  public synchronized void clusterIsBack() {
    console.note("the cluster answers again");
  }

  /** How to start a run once more. */
  static String goOn(String name) {
    return "`modelcar run --resume %s` goes on with what has arrived.".formatted(name);
  }

  private static ModelcarException failure(RunOutcome outcome) {
    StringBuilder text =
        new StringBuilder(
            "the run %s ended with %s: %s"
                .formatted(outcome.name(), outcome.reason(), outcome.message()));
    for (FailedTask task : outcome.failures()) {
      text.append("%n  %s: %s (%s)".formatted(task.name(), task.reason(), task.message()));
      task.advice().ifPresent(advice -> text.append("%n    ".formatted() + advice));
    }
    return new ModelcarException(
        ClusterError.RUN_FAILED, text.toString(), goOn(outcome.name()), null);
  }

  /**
   * Prints what a run has come to.
   *
   * @throws ModelcarException {@link ClusterError#RUN_FAILED} if it did not succeed
   */
  void report(RunOutcome outcome) {
    if (!outcome.succeeded()) {
      throw failure(outcome);
    }
    ObjectNode json = Json.object().put("run", outcome.name());
    ObjectNode results = json.putObject("results");
    outcome
        .results()
        .forEach((key, value) -> {
          results.put(key, value);
          console.result("%-18s %s".formatted(key, value));
        });
    console.document(json);
  }
}
