package dev.modelcar.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunSpecTest {
  private static final Map<String, Object> PIPELINE =
      Map.of(
          "tasks", List.of(Map.of("name", "plan"), Map.of("name", "ship")),
          "finally", List.of(Map.of("name", "report")));

  private static Map<String, Object> spec(Duration timeout, Map<String, Long> memory) {
    return RunSpec.of(
        new RunRequest("any", Map.of(), Map.of(), "modelcar", timeout, memory), PIPELINE);
  }

  @ParameterizedTest
  @CsvSource({"PT26H, 25h30m0s, 0h30m0s", "PT1H, 0h30m0s, 0h30m0s", "PT90S, 0h0m45s, 0h0m45s"})
  void theReportHasTimeOfItsOwn(Duration all, String tasks, String last) {
    assertThat(spec(all, Map.of()).get("timeouts"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
        .containsEntry("tasks", tasks)
        .containsEntry("finally", last);
  }

  @Test
  void aTaskGetsAnotherAmountOfMemory() {
    Map<String, String> bytes = Map.of("memory", "1073741824");
    assertThat(spec(Duration.ofHours(1), Map.of("ship", 1L << 30)).get("taskRunSpecs"))
        .isEqualTo(
            List.of(
                Map.of(
                    "pipelineTaskName",
                    "ship",
                    "computeResources",
                    Map.of("requests", bytes, "limits", bytes))));
    assertThat(spec(Duration.ofHours(1), Map.of())).doesNotContainKey("taskRunSpecs");
  }

  @Test
  void aTaskThatIsNoneIsRefused() {
    assertThatThrownBy(() -> spec(Duration.ofHours(1), Map.of("push", 1L << 30)))
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE_INVALID))
        .hasMessageContaining("no task push, but plan, report, ship");
  }
}
