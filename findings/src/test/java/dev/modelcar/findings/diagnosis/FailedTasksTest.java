package dev.modelcar.findings.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.Severity;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.evidence.YamlDocuments;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two tasks of a run that fail at the same time, a second apart. */
final class FailedTasksTest {
  private static final String RUN =
      """
      kind: PipelineRun
      metadata: {name: run, namespace: models}
      status: {conditions: [{type: Succeeded, status: 'False', reason: Failed, message: x}]}
      """;
  private static final String DISK = "Error: write /data/layer.tar: no space left on device";
  private static final String LOGIN = "Error: authentication required";

  private static String task(String name, int second) {
    return """
    ---
    kind: TaskRun
    metadata:
      name: run-NAME
      namespace: models
      labels: {tekton.dev/pipelineRun: run, tekton.dev/pipelineTask: NAME}
    status:
      podName: run-NAME-pod
      startTime: '2026-01-01T10:00:00Z'
      steps:
        - name: move
          container: step-move
          terminated: {exitCode: 1, reason: Error, finishedAt: '2026-01-01T10:00:0SZ'}
      conditions: [{type: Succeeded, status: 'False', reason: Failed, message: y}]
    """
        .replace("NAME", name)
        .replace("0SZ", "0" + second + "Z");
  }

  private static ContainerLog log(String task, String line) {
    return new ContainerLog("run-" + task + "-pod", "step-move", false, List.of(line));
  }

  private static Report diagnose(ContainerLog... logs) {
    String yaml = RUN + task("late", 9) + task("early", 8);
    return new Diagnoser(Catalogue.standard(), new ErrorCatalogue(List.of()))
        .diagnose(
            new Case(
                YamlDocuments.read(yaml).documents().stream().map(KubeObject::new).toList(),
                List.of(logs),
                List.of(),
                List.of()));
  }

  @Test
  void theLaterIsANoteThatSaysToFixItToo() {
    Report report = diagnose(log("early", DISK), log("late", LOGIN));
    Finding cause = report.findings().getFirst();
    assertThat(cause.rule()).isEqualTo("disk-full");
    assertThat(cause.role()).isEqualTo(Role.CAUSE);
    assertThat(
            report.findings().stream().filter(found -> found.object().equals("taskrun/run-late")))
        .singleElement()
        .satisfies(later -> {
          assertThat(later.role()).isEqualTo(Role.NOTE);
          assertThat(later.severity()).isEqualTo(Severity.ERROR);
          assertThat(later.rule()).isEqualTo("push-unauthorized");
          assertThat(later.message()).contains("has to be fixed as well");
        });
    assertThat(report.gaps()).isEmpty();
  }

  @Test
  void theSameReasonTwiceIsAConsequence() {
    Report report = diagnose(log("early", LOGIN), log("late", LOGIN));
    assertThat(report.findings().stream().map(Finding::role))
        .startsWith(Role.CAUSE, Role.CONSEQUENCE);
    assertThat(report.findings().get(1).message()).doesNotContain("fixed as well");
  }

  @Test
  void aFailedStepWithoutItsLogIsAGap() {
    assertThat(diagnose(log("late", LOGIN)).gaps())
        .containsExactly(
            "the log of run-early-pod step-move is missing: step move of taskrun/run-early failed,"
                + " and what it printed is not known");
  }
}
