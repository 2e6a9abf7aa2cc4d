package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.CoreError;
import dev.modelcar.sizing.model.SizingError;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model is sized before a cluster is asked for anything. */
final class DeploySizedTest {
  @TempDir Path folder;

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    Path model = folder.resolve("model");
    GeneratedModel.llama(82, 2, 64 << 10).writeTo(model);
    try (FakeRegistry registry = FakeRegistry.start()) {
      String image = "http://" + registry.authority() + "/team/m:1";
      run("ship", model.toString(), "--base=none", "--to", image).succeeds();
      assertThat(
              run("deploy", image, "--name=m", "--gpu=L4", "--context=1000000000")
                  .failsWith(CoreError.USAGE_INVALID)
                  .err())
          .contains("does not fit on 1 × L4");
      assertThat(
              run("deploy", image, "--name=m", "--gpu=L5000")
                  .failsWith(SizingError.SIZING_GPU_UNKNOWN)
                  .err())
          .contains("L5000");
      assertThat(
              run("deploy", image, "--name=m", "--gpus=2").failsWith(CoreError.USAGE_INVALID).err())
          .contains("--gpus and --context need --gpu");
    }
  }

  private Run run(String... words) {
    return Run.of(
        Map.of("HOME", folder.toString(), "KUBECONFIG", folder.resolve("none").toString()), words);
  }
}
