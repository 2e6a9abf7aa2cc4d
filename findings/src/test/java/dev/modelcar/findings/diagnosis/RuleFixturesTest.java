package dev.modelcar.findings.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.core.Json;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.Rule;
import dev.modelcar.findings.Severity;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.CaseFolder;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.evidence.YamlDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every rule fires, stays silent on a near miss, and on the same in a run that is well. */
final class RuleFixturesTest {
  private static final Catalogue CATALOGUE = Catalogue.standard();

  private static JsonNode fixtures() throws IOException {
    return YamlDocuments.read(Files.readString(CorpusTest.CORPUS.resolve("rules.yaml")))
        .documents()
        .getFirst();
  }

  /** Rules of lint and preflight have no signs, and tests of their own. */
  private static Stream<Rule> rules() {
    return CATALOGUE.rules().stream()
        .filter(
            rule -> !rule.category().startsWith("lint") && !rule.category().equals("preflight"));
  }

  @Test
  void everyRuleHasFixtures() throws IOException {
    List<String> ids = new ArrayList<>();
    fixtures().fieldNames().forEachRemaining(ids::add);
    assertThat(ids).containsExactlyInAnyOrderElementsOf(rules().map(Rule::id).toList());
  }

  @TestFactory
  Stream<DynamicTest> fixturesHold() throws IOException {
    JsonNode all = fixtures();
    return rules()
        .filter(rule -> !all.path(rule.id()).path("case").asText().equals("none"))
        .flatMap(rule -> {
          JsonNode fixture = all.path(rule.id());
          return Stream.of(
              DynamicTest.dynamicTest(rule.id() + " fires", () -> fires(rule, fixture)),
              DynamicTest.dynamicTest(
                  rule.id() + " misses",
                  () ->
                      assertThat(ids(diagnose(fixture.path("near"), false)))
                          .doesNotContain(rule.id())),
              DynamicTest.dynamicTest(
                  rule.id() + " is silent where all is well", () -> isSilent(fixture)));
        });
  }

  private static void fires(Rule rule, JsonNode fixture) {
    Report report = diagnose(fixture, false);
    assertThat(ids(report)).as("%s", report.findings()).contains(rule.id());
    if (rule.severity() == Severity.ERROR) {
      assertThat(report.findings().getFirst().rule()).isEqualTo(rule.id());
      assertThat(report.findings().stream().filter(f -> f.role() == Role.CAUSE)).hasSize(1);
    }
  }

  private static void isSilent(JsonNode fixture) {
    if (fixture.has("case")) {
      return;
    }
    Report report = diagnose(fixture, true);
    assertThat(report.subjects()).isNotEmpty();
    assertThat(report.hasCause()).as("%s", report.findings()).isFalse();
  }

  private static List<String> ids(Report report) {
    return report.findings().stream().map(Finding::rule).toList();
  }

  // ---- cases from a few words ----

  private static Report diagnose(JsonNode fixture, boolean well) {
    Case known =
        fixture.has("case")
            ? CaseFolder.read(CorpusTest.CORPUS.resolve(fixture.path("case").asText()))
            : made(fixture, well);
    return new Diagnoser(CATALOGUE, new ErrorCatalogue(List.of())).diagnose(known);
  }

  private static Case made(JsonNode fixture, boolean well) {
    Optional<String> server = Json.text(fixture, "server");
    Optional<String> pod = Json.text(fixture, "pod");
    Optional<String> service = Json.text(fixture, "service");
    if (server.isPresent() || pod.isPresent() || service.isPresent()) {
      return serving(server, pod, service, well);
    }
    return task(Json.text(fixture, "state"), Json.text(fixture, "log").orElse(""), well);
  }

  private static Case task(Optional<String> state, String log, boolean well) {
    String[] said = state.orElse("StepFailed: \"step-move\" exited with code 1").split(": ", 2);
    boolean ended = state.isEmpty() || said[0].startsWith("Step");
    int code = well ? 0 : said[0].equals("StepOOM") ? 137 : 1;
    String steps =
        ended || well
            ? "[{name: move, container: step-move, terminated: {exitCode: %d, reason: %s, finishedAt: '2026-01-01T10:05:00Z'}}]"
                .formatted(code, well ? "Completed" : "Error")
            : "[{name: move, container: step-move}]";
    String yaml =
        """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata: {name: ship, namespace: models, creationTimestamp: '2026-01-01T10:00:00Z'}
        status:
          podName: ship-pod
          startTime: '2026-01-01T10:00:00Z'
          steps: %s
          conditions: [{type: Succeeded, status: '%s', reason: %s, message: %s}]
        ---
        apiVersion: v1
        kind: Event
        metadata: {name: old, namespace: models}
        involvedObject: {kind: Pod, name: ship-pod}
        type: Warning
        reason: %s
        message: %s
        lastTimestamp: '2025-12-01T10:00:00Z'
        """
            .formatted(
                steps,
                well ? "True" : "False",
                well ? "Succeeded" : said[0],
                well ? "ok" : quoted(said[1]),
                said[0],
                quoted(said[1]));
    return known(yaml, "ship-pod", "step-move", log);
  }

  private static Case serving(
      Optional<String> server, Optional<String> pod, Optional<String> service, boolean well) {
    String[] said = pod.or(() -> service).orElse("BackOff: back-off").split(": ", 2);
    String state =
        well || service.isPresent()
            ? "ready: true, restartCount: 0, state: {running: {startedAt: '2026-01-01T10:00:00Z'}}"
            : pod.isPresent()
                ? "ready: false, restartCount: 0, state: {waiting: {reason: %s, message: %s}}"
                    .formatted(said[0], quoted(said[1]))
                : "ready: false, restartCount: 4, state: {waiting: {reason: CrashLoopBackOff, message: back-off}}, lastState: {terminated: {exitCode: 1, reason: Error}}";
    String yaml =
        """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: qwen3, namespace: models, creationTimestamp: '2026-01-01T10:00:00Z'}
        status:
          conditions: [{type: Ready, status: '%s', reason: %s, message: %s}]
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: qwen3-predictor-1
          namespace: models
          creationTimestamp: '2026-01-01T10:00:00Z'
          labels: {serving.kserve.io/inferenceservice: qwen3}
        status:
          phase: Running
          containerStatuses: [{name: kserve-container, %s}]
        ---
        apiVersion: v1
        kind: Event
        metadata: {name: old, namespace: models}
        involvedObject: {kind: Pod, name: qwen3-predictor-1}
        type: Warning
        reason: %s
        message: %s
        lastTimestamp: '2025-12-01T10:00:00Z'
        """
            .formatted(
                well ? "True" : "False",
                service.isPresent() && !well ? said[0] : "MinimumReplicasUnavailable",
                service.isPresent() && !well ? quoted(said[1]) : "''",
                state,
                said[0],
                quoted(said[1]));
    return known(yaml, "qwen3-predictor-1", "kserve-container", server.orElse(""));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static Case known(String yaml, String pod, String container, String log) {
    YamlDocuments read = YamlDocuments.read(yaml);
    assertThat(read.problems()).isEmpty();
    return new Case(
        read.documents().stream().map(KubeObject::new).toList(),
        log.isEmpty()
            ? List.of()
            : List.of(new ContainerLog(pod, container, false, log.lines().toList())),
        List.of(),
        List.of());
  }
}
