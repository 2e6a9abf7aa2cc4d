package dev.modelcar.cli.commands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the dashboard reads of an InferenceService is there from the first create. */
final class DeployOptionsTest {
  private static Map<String, String> annotations(String... words) {
    DeployOptions options = new DeployOptions();
    CommandLine.populateCommand(options, words);
    options.check();
    return options.annotations("models");
  }

  @Test
  void connectionAndHardwareProfileBecomeAnnotations() {
    assertThat(annotations()).isEmpty();
    assertThat(annotations("--connection=quay", "--hardware-profile=l4"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "opendatahub.io/connections", "quay",
                "opendatahub.io/hardware-profile-name", "l4",
                "opendatahub.io/hardware-profile-namespace", "models"));
    assertThat(annotations("--hardware-profile=l4:redhat-ods-applications"))
        .containsEntry("opendatahub.io/hardware-profile-namespace", "redhat-ods-applications");
  }

  @Test
  void theServerIsVllmUnlessAnotherIsNamed() {
    DeployOptions options = new DeployOptions();
    assertThat(options.server("m").image()).startsWith("docker.io/vllm/vllm-openai:v");
    assertThat(options.server("m").command()).contains("--served-model-name=m");
    CommandLine.populateCommand(options, "--runtime-image=i", "--runtime-command=run");
    assertThat(options.server("m").image()).isEqualTo("i");
    assertThat(options.server("m").command()).containsExactly("run");
    assertThat(options.server("m").health()).isEqualTo("/health");
  }
}
