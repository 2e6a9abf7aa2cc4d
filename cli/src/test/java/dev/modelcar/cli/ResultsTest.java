package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.modelcar.core.Json;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Tekton does with the results of a task decides whether the task was worth it. */
final class ResultsTest {
  @TempDir Path folder;
  private Path model = Path.of("");
  private Path results = Path.of("");

  @BeforeEach
  void makeModel() throws IOException {
    model = folder.resolve("model");
    results = folder.resolve("results");
    GeneratedModel.llama(3, 1, 64 << 10).writeTo(model);
  }

  private Run run(List<String> words) {
    return Run.of(Map.of("HOME", folder.resolve("home").toString()), words);
  }

  private List<String> targets(int count) {
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      targets.add("oci:" + folder.resolve("a-folder-with-quite-a-long-name-" + i) + ":v1.0.0");
    }
    return targets;
  }

  /** The termination message, as Tekton's entrypoint writes it. */
  private int message() throws IOException {
    ArrayNode message = Json.array();
    message
        .addObject()
        .put("key", "StartedAt")
        .put("value", "2026-01-02T03:04:05.678Z")
        .put("type", 3);
    try (Stream<Path> files = Files.list(results)) {
      for (Path file : files.toList()) {
        message
            .addObject()
            .put("key", file.getFileName().toString())
            .put("value", Files.readString(file))
            .put("type", 1);
      }
    }
    return Json.bytes(message).length;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ship", "copy"})
  void moreTargetsThanTektonTakesAreSaidBefore(String command) throws IOException {
    List<String> words = new ArrayList<>();
    if (command.equals("ship")) {
      words.addAll(List.of("ship", "" + model, "--base=none"));
      targets(30).forEach(target -> words.addAll(List.of("--to", target)));
    } else {
      String image = "oci:" + folder.resolve("image") + ":1";
      run(List.of("ship", "" + model, "--base=none", "--to", image)).succeeds();
      words.addAll(List.of("copy", image));
      words.addAll(targets(30));
    }
    words.add("--results-dir=" + results);
    Run run = run(words).succeeds();
    assertThat(run.out().lines()).hasSize(30);
    assertThat(message()).isLessThan(4096);
    List<String> listed = List.of(Files.readString(results.resolve("IMAGES")).split(","));
    assertThat(run.out().lines().toList()).startsWith(listed.toArray(String[]::new));
    assertThat(listed).hasSizeBetween(5, 29);
    String before = run.err().substring(0, run.err().indexOf(" to move"));
    assertThat(before).containsPattern("will list about \\d+ of 30 images: Tekton");
    int said = Integer.parseInt(before.replaceFirst("(?s).*about (\\d+) of.*", "$1"));
    assertThat(listed).hasSizeBetween(said, said + 1);
  }

  @Test
  void fewTargetsAreAllListed() throws IOException {
    List<String> words = new ArrayList<>(List.of("ship", "" + model, "--base=none"));
    targets(3).forEach(target -> words.addAll(List.of("--to", target)));
    words.add("--results-dir=" + results);
    Run run = run(words).succeeds();
    assertThat(results.resolve("IMAGES")).hasContent(String.join(",", run.out().lines().toList()));
    assertThat(run.err()).doesNotContain("IMAGES");
  }
}
