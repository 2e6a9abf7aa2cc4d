package dev.modelcar.cli.commands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What was sized gives way to what the user wants. */
final class DeploySizingTest {
  private final DeploySizing sized =
      new DeploySizing(
          "vllm",
          List.of("--max-model-len=8192", "--tensor-parallel-size=2"),
          Map.of("nvidia.com/gpu", "2", "memory", "16Gi"),
          Map.of("nvidia.com/gpu", "2", "memory", "20Gi"),
          List.of());

  @Test
  void argumentsOfTheUserReplaceThoseOfTheSameName() {
    assertThat(sized.arguments(List.of())).isEqualTo(sized.sizedArguments());
    assertThat(sized.arguments(List.of("--max-model-len=4096", "--enforce-eager")))
        .containsExactly("--tensor-parallel-size=2", "--max-model-len=4096", "--enforce-eager");
    assertThat(sized.arguments(List.of("--max-model-len", "4096")))
        .containsExactly("--tensor-parallel-size=2", "--max-model-len", "4096");
    assertThat(sized.arguments(List.of("--max-model-len-other=1")))
        .contains("--max-model-len=8192");
  }

  @Test
  void amountsOfTheUserReplaceRequestsAndLimits() {
    Map<String, String> given = Map.of("memory", "64Gi", "cpu", "8");
    assertThat(sized.requests(given))
        .isEqualTo(Map.of("nvidia.com/gpu", "2", "memory", "64Gi", "cpu", "8"));
    assertThat(sized.limits(given))
        .isEqualTo(Map.of("nvidia.com/gpu", "2", "memory", "64Gi", "cpu", "8"));
    assertThat(DeploySizing.none().requests(given)).isEqualTo(given);
  }
}
