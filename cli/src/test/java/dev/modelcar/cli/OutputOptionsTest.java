package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.http.HttpError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Output options hold for every command, and for failures. */
final class OutputOptionsTest {
  @TempDir Path folder;

  @Test
  void aDemoIsQuietAndOneDocumentIfAsked() throws IOException {
    Run demo =
        Run.of(Map.of("HOME", folder.toString()), "demo", "--size=8", "-q", "-o", "json")
            .succeeds();
    assertThat(demo.err().lines()).allMatch(line -> line.startsWith("warning: "));
    JsonNode runs = Json.parse(demo.out().getBytes(StandardCharsets.UTF_8)).path("runs");
    assertThat(runs).hasSize(2);
    assertThat(runs.path(1).path("digest").asText()).startsWith("sha256:");
  }

  @Test
  void resultsSayThatNoTargetHasTheImage() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{}");
    Path results = folder.resolve("results");
    String nowhere = "http://localhost:1/team/model:1";
    Map<String, String> home = Map.of("HOME", folder.toString());
    String[] options = {"--retry-for=100ms", "--results-dir=" + results};
    Run.of(home, "ship", "" + model, "--base=none", "--to", nowhere, options[0], options[1])
        .failsWith(HttpError.NETWORK_UNREACHABLE);
    assertThat(results.resolve("IMAGE_REF")).hasContent("");
    assertThat(results.resolve("BYTES_MOVED")).hasContent("0");
    Run.of(home, "ship", "" + model, "--base=none", "--to", "oci:" + folder.resolve("i"))
        .succeeds();
    Path copied = folder.resolve("copied");
    Run.of(
            home,
            "copy",
            "oci:" + folder.resolve("i"),
            nowhere,
            options[0],
            "--results-dir=" + copied)
        .failsWith(HttpError.NETWORK_UNREACHABLE);
    assertThat(copied.resolve("IMAGES")).hasContent("");
  }

  @Test
  void resultsThatCannotBeWrittenStopTheRunAtItsStart() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    Path file = Files.writeString(model.resolve("config.json"), "{}");
    Path layout = folder.resolve("layout");
    Map<String, String> home = Map.of("HOME", folder.toString());
    String[] words = {"ship", "" + model, "--base=none", "--to", "oci:" + layout};
    Run.of(home, List.of("--results-dir=" + file), words).failsWith(CoreError.DISK_FAILED);
    assertThat(layout).doesNotExist();
    Path busy = Files.createDirectory(folder.resolve("busy"));
    Files.write(busy.resolve("large.log"), new byte[10_000]);
    Run.of(home, List.of("--results-dir=" + busy), words).succeeds();
    assertThat(busy.resolve("IMAGES")).content().contains("@sha256:");
  }
}
