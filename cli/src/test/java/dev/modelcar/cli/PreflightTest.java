package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryAuth;
import dev.modelcar.testkit.registry.RegistrySettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What preflight finds before anything moves. */
final class PreflightTest {
  @TempDir Path folder;

  private Path model() throws IOException {
    Path model = folder.resolve("model");
    GeneratedModel.llama(82, 2, 64 << 10).writeTo(model);
    return model;
  }

  @Test
  void goodTargetsAreGoodAndNothingIsSent() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      String target = "http://" + registry.authority() + "/team/m:1";
      Run run =
          Run.of(
                  Map.of("HOME", "" + folder),
                  "preflight",
                  "" + model(),
                  "--base=none",
                  "--to",
                  target)
              .succeeds();
      assertThat(run.out()).contains("info", "can be read", "may be written");
      assertThat(registry.manifest("team/m", "1")).isEmpty();
    }
  }

  @Test
  void everythingThatWouldFailIsFoundAtOnce() throws IOException {
    RegistrySettings settings =
        RegistrySettings.defaults().withAuth(new RegistryAuth.Basic("me", "pass-word"));
    try (FakeRegistry registry = FakeRegistry.start(settings)) {
      Run run =
          Run.of(
              Map.of("HOME", "" + folder),
              "preflight",
              "" + folder.resolve("none"),
              "--base=none",
              "--to",
              "http://" + registry.authority() + "/team/m:1",
              "-o",
              "json");
      assertThat(run.code()).isEqualTo(9);
      JsonNode findings = Json.parse(run.out().getBytes(StandardCharsets.UTF_8)).path("findings");
      assertThat(findings.findValuesAsText("rule"))
          .contains("source-not-found", "registry-unauthorized");
    }
    Run.of(Map.of("HOME", "" + folder), "preflight", "" + model(), "--kubeconfig", "--need", "x")
        .failsWith(CoreError.USAGE_INVALID);
  }
}
