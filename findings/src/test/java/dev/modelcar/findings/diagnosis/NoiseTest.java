package dev.modelcar.findings.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.ContainerLog;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.evidence.YamlDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a log says before the work went on is not why it failed. */
final class NoiseTest {
  private static final String TASK =
      """
      kind: TaskRun
      metadata: {name: ship, namespace: models}
      status:
        podName: ship-pod
        steps: [{name: move, container: step-move, terminated: {exitCode: EXIT, reason: Error}}]
        taskSpec: {steps: [{name: move, image: IMAGE, script: SCRIPT}]}
        conditions: [{type: Succeeded, status: 'STATUS', reason: x, message: y}]
      """;

  static List<JsonNode> logs() throws IOException {
    List<JsonNode> logs = new ArrayList<>();
    YamlDocuments.read(Files.readString(CorpusTest.CORPUS.resolve("noise.yaml")))
        .documents()
        .getFirst()
        .forEach(logs::add);
    return logs;
  }

  private static Report diagnose(JsonNode entry, List<String> log, int exit) {
    String yaml =
        TASK.replace("EXIT", "" + exit)
            .replace("STATUS", exit == 0 ? "True" : "False")
            .replace("IMAGE", entry.path("image").asText("registry.example.com/team/tools:1"))
            .replace("SCRIPT", TextNode.valueOf(entry.path("script").asText("./run")).toString());
    return new Diagnoser(Catalogue.standard(), new ErrorCatalogue(List.of()))
        .diagnose(
            new Case(
                YamlDocuments.read(yaml).documents().stream().map(KubeObject::new).toList(),
                List.of(new ContainerLog("ship-pod", "step-move", false, log)),
                List.of(),
                List.of()));
  }

  @ParameterizedTest
  @MethodSource("logs")
  void blamesWhatEndedTheWork(JsonNode entry) {
    List<String> log = entry.path("log").asText().lines().toList();
    Report report = diagnose(entry, log, entry.path("exit").asInt(1));
    assertThat(report.findings().stream().filter(f -> f.role() == Role.CAUSE).map(Finding::rule))
        .as("%s", report.findings())
        .containsExactly(entry.path("rule").asText());
    if (entry.has("proven")) {
      assertThat(report.findings().getFirst().proven()).isEqualTo(entry.path("proven").asBoolean());
    }
    assertThat(diagnose(entry, log, 0).findings()).isEmpty();
  }

  /** Whatever is printed after an error and goes on for long, the error was survived. */
  @Test
  void anErrorThatWasSurvivedIsNoCause() {
    List<String> log = new ArrayList<>(List.of("Error: no space left on device"));
    for (int i = 0; i < 20; i++) {
      log.add("layer " + i);
    }
    assertThat(diagnose(NullNode.getInstance(), log, 1).findings().getFirst().rule())
        .isEqualTo("unexplained-failure");
  }
}
