package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.findings.FindingsError;
import dev.modelcar.testkit.ChildProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What diagnose prints of a folder, and what it does with one that is bad. */
final class DiagnoseTest {
  private static final String RUN =
      """
      apiVersion: v1
      kind: List
      items:
      - apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata: {name: ship, namespace: models}
        status:
          podName: ship-pod
          steps: [{name: push, container: step-push, terminated: {exitCode: 1, reason: Error}}]
          conditions: [{type: Succeeded, status: '%s', reason: %s, message: m}]
      """;
  private static final String LOG =
      "\u001b[31mError: authentication required\u001b[0m hf_abcdefghijklmnopqrstuvwxyz12\n";

  @TempDir Path folder;

  private Path failed() throws IOException {
    Path known = Files.createDirectories(folder.resolve("case/any/logs")).resolve("../..");
    Files.writeString(known.resolve("any/runs.yaml"), RUN.formatted("False", "StepFailed"));
    Files.writeString(known.resolve("any/logs/ship-pod.step-push.log"), LOG);
    return known.normalize();
  }

  private static JsonNode json(Run run) throws IOException {
    return Json.parse(run.out().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void namesTheCauseAsTextJsonAndMarkdown() throws IOException {
    String known = "" + failed();
    Run text = Run.of(Map.of(), "diagnose", known);
    assertThat(text.code()).isEqualTo(9);
    assertThat(text.out())
        .contains("taskrun/ship: failed", "(push-unauthorized)", "what to do", "step push")
        .doesNotContain("hf_abc", "\u001b");
    JsonNode finding = json(Run.of(Map.of(), "diagnose", known, "-o", "json")).at("/findings/0");
    assertThat(finding.path("role").asText()).isEqualTo("cause");
    assertThat(finding.path("rule").asText()).isEqualTo("push-unauthorized");
    assertThat(finding.path("object").asText()).isEqualTo("taskrun/ship");
    assertThat(finding.path("step").asText()).isEqualTo("push");
    assertThat(finding.path("evidence").path(0).asText()).contains("authentication required");
    Run markdown = Run.of(Map.of(), "diagnose", known, "-o", "markdown");
    assertThat(markdown.out()).startsWith("# Diagnosis").contains("## Cause: ", "```");
    assertThat(Run.of(Map.of(), "explain", "--list", "-o", "markdown").code()).isEqualTo(2);
  }

  @Test
  void aHealthyRunHasNoCause() throws IOException {
    Path known = failed();
    Files.writeString(known.resolve("any/runs.yaml"), RUN.formatted("True", "Succeeded"));
    Run run = Run.of(Map.of(), "diagnose", "" + known).succeeds();
    assertThat(run.out()).contains("No failure found.");
  }

  @Test
  void aSavedCaseGivesTheSameResult() throws IOException {
    String saved = "" + folder.resolve("saved");
    Run first = Run.of(Map.of(), "diagnose", "" + failed(), "--save", saved, "-o", "json");
    assertThat(Run.of(Map.of(), "diagnose", saved, "-o", "json").out()).isEqualTo(first.out());
    Run.of(Map.of(), "diagnose", "" + failed(), "--save", saved).failsWith(CoreError.USAGE_INVALID);
  }

  @Test
  void whatCannotBeReadIsAGap() throws IOException {
    Path known = failed();
    Files.writeString(known.resolve("bomb.yaml"), bomb());
    Files.writeString(known.resolve("chart.yaml"), "{{ if .Values.a }}kind: X{{ end }}");
    Files.writeString(known.resolve("bad.yaml"), "a: [1");
    try (RandomAccessFile large =
        new RandomAccessFile(known.resolve("any/logs/ship-pod.sidecar.log").toFile(), "rw")) {
      large.setLength(1L << 30);
    }
    Run run = Run.of(Map.of(), "diagnose", "" + known, "-o", "json");
    JsonNode document = json(run);
    assertThat(document.path("partial").asBoolean()).isTrue();
    assertThat(document.path("gaps").toString())
        .contains("bomb.yaml", "a template", "bad.yaml", "sidecar.log is large");
    assertThat(document.at("/findings/0/rule").asText()).isEqualTo("push-unauthorized");
  }

  /** What nothing proves is not given a clean bill of health. */
  @Test
  void whatCannotBeJudgedIsNotHealthy() throws IOException {
    Path manifest = folder.resolve("m.yaml");
    Files.writeString(
        manifest,
        "{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, metadata: {name: m}}");
    Run run = Run.of(Map.of(), "diagnose", "" + manifest);
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out())
        .contains("Nothing could be judged", "inferenceservice/m has no status", "partial")
        .doesNotContain("No failure found");
    assertThat(Run.of(Map.of(), "diagnose", "" + manifest, "-o", "markdown").out())
        .contains("Nothing could be judged");
  }

  @Test
  void aProbeOfAFolderIsNotRun() throws IOException {
    Path known = failed();
    Files.writeString(
        known.resolve("any/logs/ship-pod.step-push.log"),
        "Error: denied: requested access to the resource is denied\n");
    Run run = Run.of(Map.of(), "diagnose", "" + known, "--probe");
    assertThat(run.code()).isEqualTo(9);
    assertThat(run.out())
        .contains("Not proven: ", "probe: not run: ", "this is a folder", "to decide");
  }

  private static String bomb() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      yaml.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    return yaml.toString();
  }

  @Test
  void refusesWhatIsNoCase() throws IOException {
    Run.of(Map.of(), "diagnose", "" + folder.resolve("none"))
        .failsWith(FindingsError.CASE_NOT_FOUND);
    Files.writeString(folder.resolve("readme.md"), "nothing");
    Run.of(Map.of(), "diagnose", "" + folder).failsWith(FindingsError.CASE_UNREADABLE);
    Run.of(Map.of(), "diagnose", "" + folder, "-n", "x").failsWith(CoreError.USAGE_INVALID);
  }

  @Test
  void explainsRulesBesideErrors() throws IOException {
    Run rule = Run.of(Map.of(), "explain", "push-unauthorized").succeeds();
    assertThat(rule.out())
        .contains("shows as:", "why:", "what to do:", "rules.md#push-unauthorized");
    JsonNode all = json(Run.of(Map.of(), "explain", "--list", "-o", "json"));
    assertThat(all.path("rules").size()).isGreaterThan(100);
    assertThat(all.path("errors").size()).isGreaterThan(20);
  }

  @ParameterizedTest
  @CsvSource({
    "hub-gatd, did you mean hub-gated? `modelcar explain --list` lists all",
    "Push_Unauthorised, did you mean push-unauthorized",
    "hub-gaetd, did you mean hub-gated?",
    "gated, hub-gated",
    "regsitry-denied, registry-denied"
  })
  void anUnknownIdIsAnsweredWithThoseThatAreLikeIt(String id, String says) {
    Run.of(Map.of(), "explain", id)
        .failsWith(CoreError.USAGE_INVALID)
        .says("unknown id")
        .says(says);
  }

  @Test
  void anIdThatIsLikeNoOtherIsNotGuessed() {
    Run run = Run.of(Map.of(), "explain", "wobble-in-flux-of-nothing");
    run.failsWith(CoreError.USAGE_INVALID).says("explain --list");
    assertThat(run.out() + run.err()).doesNotContain("did you mean");
  }

  /** Root may read everything, unless it gives that right up. */
  @Test
  void aFileThatMayNotBeReadIsAGap() throws IOException {
    Path known = failed();
    Path hidden = Files.writeString(known.resolve("any/more.yaml"), "kind: Pod");
    ChildCli.Rights rights = ChildCli.withoutRightsOver(hidden);
    Assumptions.assumeTrue(rights.canBeTaken(), "this test needs setpriv when root runs it");
    try (ChildProcess run =
        ChildCli.start(folder, Map.of(), rights, List.of("diagnose", known.toString()))) {
      assertThat(run.await(Duration.ofSeconds(60))).as(run.output()).hasValue(9);
      assertThat(run.output())
          .contains("(push-unauthorized)", "any/more.yaml was not read: permission denied");
    }
  }
}
