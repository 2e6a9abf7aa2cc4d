package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.modelcar.core.CoreError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BundleTest {
  @TempDir Path folder;

  private Run bundle(String image) {
    return Run.of(
        Map.of("HOME", folder.toString()),
        "bundle",
        "oci:" + folder.resolve("bundle") + ":v1",
        "--image",
        image);
  }

  private JsonNode json(String digest) throws IOException {
    return new ObjectMapper().readTree(blob(digest));
  }

  private byte[] blob(String digest) throws IOException {
    return Files.readAllBytes(
        folder.resolve("bundle/blobs").resolve(digest.replaceFirst(":", "/")));
  }

  @Test
  void pipelinesBringTheirTasksAlong() throws IOException {
    String out = bundle("registry.example.com/tools/modelcar:2").succeeds().out();
    JsonNode manifest = json(out.strip().replaceFirst(".*@", ""));
    int pipelines = 0;
    for (JsonNode layer : manifest.path("layers")) {
      if (layer.at("/annotations/dev.tekton.image.kind").asText().equals("pipeline")) {
        pipelines++;
        assertThat(unpacked(layer.path("digest").asText()))
            .contains("taskSpec", "registry.example.com/tools/modelcar:2")
            .doesNotContain("taskRef");
      }
    }
    assertThat(pipelines).isEqualTo(4);
    assertThat(manifest.path("layers").size()).as("the most that Tekton takes").isBetween(5, 20);
  }

  private String unpacked(String digest) throws IOException {
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(blob(digest)))) {
      return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void refusesWhatIsNoImage() {
    bundle("http://registry.example.com/m:1").failsWith(CoreError.USAGE_INVALID);
    bundle("").failsWith(CoreError.USAGE_INVALID);
    assertThat(folder.resolve("bundle")).doesNotExist();
  }
}
