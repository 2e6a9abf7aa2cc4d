package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.sizing.model.SizingError;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The size of a model, wherever it is. */
final class SizeTest {
  @TempDir Path folder;

  private Path model = Path.of("");

  @BeforeEach
  void writeModel() throws IOException {
    model = folder.resolve("model");
    GeneratedModel.llama(81, 2, 64 << 10).writeTo(model);
  }

  private Run size(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "size";
    System.arraycopy(words, 0, all, 1, words.length);
    return Run.of(Map.of("HOME", folder.toString()), all);
  }

  private static JsonNode json(Run run) throws IOException {
    return Json.parse(run.succeeds().out().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void sourceAndImageHaveOneSize() throws IOException {
    String layout = "oci:" + folder.resolve("image") + ":1";
    try (FakeRegistry registry = FakeRegistry.start()) {
      String remote = "http://" + registry.authority() + "/team/m:1";
      Run.of(
              Map.of("HOME", folder.toString()),
              "ship",
              model.toString(),
              "--base=none",
              "--to",
              layout,
              "--to",
              remote)
          .succeeds();
      JsonNode source = json(size(model.toString(), "--gpu=L4", "-o", "json"));
      assertThat(source.at("/weights/bytes").asLong()).isPositive();
      assertThat(source.at("/kv/bytesPerToken").asLong()).isPositive();
      assertThat(source.at("/fits").asBoolean()).isTrue();
      for (String image : new String[] {layout, remote}) {
        JsonNode same = json(size(image, "--gpu=L4", "-o", "json"));
        assertThat(same.at("/weights")).isEqualTo(source.at("/weights"));
        assertThat(same.at("/kv")).isEqualTo(source.at("/kv"));
      }
    }
  }

  @Test
  void compressedImagesAreReadToo() throws IOException {
    String layout = "oci:" + folder.resolve("image") + ":1";
    Run.of(
            Map.of("HOME", folder.toString()),
            "ship",
            model.toString(),
            "--base=none",
            "--compress=zstd",
            "--to",
            layout)
        .succeeds();
    assertThat(json(size(layout, "-o", "json")).at("/weights"))
        .isEqualTo(json(size(model.toString(), "-o", "json")).at("/weights"));
  }

  @Test
  void patternsThatMatchNothingAreSaid() {
    size(model.toString(), "--include", "*Q4*")
        .failsWith(CoreError.USAGE_INVALID)
        .says("--include *Q4* matches no GGUF file of the 0 in");
  }

  @Test
  void hubIsAskedForHeadersAlone() throws IOException {
    GeneratedModel large = GeneratedModel.llama(82, 2, 8 << 20);
    try (FakeHub hub = FakeHub.start()) {
      hub.add("org/m", large);
      Run run =
          Run.of(
              Map.of("HOME", folder.toString(), "HF_ENDPOINT", hub.endpoint().toString()),
              "size",
              "hf://org/m",
              "--gpu",
              "H100",
              "--context",
              "2048",
              "--concurrency",
              "3");
      run.succeeds();
      assertThat(run.out())
          .contains("LlamaForCausalLM")
          .contains("vllm")
          .contains("fits       yes")
          .contains("--max-model-len=2048");
      assertThat(hub.bytesServed()).isLessThan(large.totalBytes() / 8);
    }
  }

  @Test
  void withoutGpuThereIsATable() {
    Run run = size(model.toString()).succeeds();
    assertThat(run.out()).contains("L40S").contains("H100-80GB").doesNotContain("fits  ");
  }

  @ParameterizedTest
  @CsvSource({
    "--gpu=H1000, SIZING_GPU_UNKNOWN, nearest name is H",
    "--gpu=L4 --gpus=3, SIZING_PARALLEL_INVALID, cannot be divided among 3 GPUs",
    "--gpu=L4 --gpus=4 --data-parallel=3, SIZING_PARALLEL_INVALID, not divisible by 3",
    "--engine=llama.cpp, SIZING_ARCHITECTURE_UNKNOWN, llama.cpp reads GGUF"
  })
  void requestsThatDoNotSuitAreRefused(String options, SizingError error, String words) {
    String[] given = options.split(" ", -1);
    String[] all = new String[given.length + 1];
    all[0] = model.toString();
    System.arraycopy(given, 0, all, 1, given.length);
    size(all).failsWith(error).says(words);
  }

  @ParameterizedTest
  @CsvSource({
    "--kv-type=q8_0, does not apply",
    "--kv-cache-dtype=fp3, takes auto",
    "--vllm=new, takes a version",
    "--gpu-memory=80MiB, takes a size",
    "--gpus=2, needs --gpu",
    "--context=0, takes a number of tokens",
    "--gpu-utilization=1.5, takes a share",
    "--speculative=medusa, takes mtp",
    "--engine=tgi, takes vllm or llama.cpp"
  })
  void badOptionsAreNamed(String option, String words) {
    size(model.toString(), option).failsWith(CoreError.USAGE_INVALID).says(words);
  }

  @Test
  void imageWithoutModelIsRefused() throws IOException {
    Path rootfs = Files.createDirectories(folder.resolve("plain"));
    Files.writeString(rootfs.resolve("model.gguf"), "no GGUF");
    size(rootfs.toString())
        .failsWith(dev.modelcar.packaging.weights.PackagingError.WEIGHTS_INVALID);
  }
}
