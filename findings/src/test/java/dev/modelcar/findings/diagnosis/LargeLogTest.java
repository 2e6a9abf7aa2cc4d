package dev.modelcar.findings.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.findings.evidence.CaseFolder;
import dev.modelcar.findings.evidence.LogReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the middle of a log that is too large to be kept. */
final class LargeLogTest {
  private static final String CAUSE =
      "\u001b[31mError: write /data/layer.tar: no space left on device\u001b[0m\n";
  private static final int LINES = 600_000;

  @TempDir Path folder;

  @BeforeEach
  void failedStep() throws IOException {
    Files.writeString(
        folder.resolve("task.yaml"),
        """
        kind: TaskRun
        metadata: {name: ship, namespace: models}
        status:
          podName: ship-pod
          steps: [{name: move, container: step-move, terminated: {exitCode: 1, reason: Error}}]
          conditions: [{type: Succeeded, status: 'False', reason: x, message: y}]
        """);
  }

  private Path log(Charset charset, int lines, IntFunction<String> after) throws IOException {
    Path log = folder.resolve("ship-pod.step-move.log");
    try (BufferedWriter out = Files.newBufferedWriter(log, charset)) {
      for (int i = 0; i < lines; i++) {
        out.write("layer %d: copied 1048576 bytes, no errors so far\n".formatted(i));
      }
      out.write(CAUSE);
      for (int i = 0; i < lines; i++) {
        out.write(after.apply(i) + "\n");
      }
    }
    return log;
  }

  private static String frame(int line) {
    return "    at dev.example.copy.Worker.run(Worker.java:%d)".formatted(line);
  }

  @Test
  void isFoundIfOnlyItsTraceFollows() throws IOException {
    Path log = log(StandardCharsets.UTF_8, LINES, LargeLogTest::frame);
    assertThat(log).isRegularFile();
    assertThat(Files.size(log)).isGreaterThan(60 << 20);
    Report report = CorpusTest.diagnose(folder);
    assertThat(report.findings().getFirst().rule()).isEqualTo("disk-full");
    assertThat(report.findings().getFirst().evidence().getFirst())
        .isEqualTo(
            "log of ship-pod step-move: Error: write /data/layer.tar: no space left on device");
    assertThat(report.gaps())
        .singleElement()
        .asString()
        .contains("ship-pod.step-move.log is large");
    assertThat(LogReader.read(log).lines()).hasSizeBetween(3000, 3100);
  }

  @Test
  void isQuotedAndNotBlamedIfWorkWentOn() throws IOException {
    log(StandardCharsets.UTF_8, 20_000, "layer %d copied again"::formatted);
    Finding cause = CorpusTest.diagnose(folder).findings().getFirst();
    assertThat(cause.rule()).isEqualTo("unexplained-failure");
    assertThat(cause.message()).contains("`modelcar explain disk-full`", "not proven");
    assertThat(cause.evidence()).anyMatch(line -> line.contains("no space left on device"));
  }

  @Test
  void isFoundInUtf16() throws IOException {
    log(StandardCharsets.UTF_16, 20_000, LargeLogTest::frame);
    assertThat(CorpusTest.diagnose(folder).findings().getFirst().rule()).isEqualTo("disk-full");
  }

  /** Any number of different errors, and lines without an end, are no reason to keep them all. */
  @Test
  void whatIsKeptHasALimit() throws IOException {
    String words = "x".repeat(10_000);
    Path log =
        log(StandardCharsets.UTF_8, 8000, line -> "Error: %d no space %s".formatted(line, words));
    LogReader.Excerpt excerpt = LogReader.read(log);
    assertThat(excerpt.whole()).isFalse();
    assertThat(excerpt.lines()).hasSizeLessThan(6000);
    assertThat(excerpt.lines()).allMatch(line -> line.length() <= 4098);
    assertThat(CaseFolder.read(folder).logs()).hasSize(1);
  }
}
