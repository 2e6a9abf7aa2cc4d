package dev.modelcar.kubernetes.tekton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Fields;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RunSpecTest {
  private static final PipelineDeclaration PIPELINE =
      PipelineDeclaration.of(
          "any",
          Fields.of(
              Map.of(
                  "params",
                  List.of(
                      Map.of("name", "image", "type", "string"),
                      Map.of("name", "tag", "type", "string", "default", "latest")),
                  "workspaces",
                  List.of(
                      Map.of("name", "source"), Map.of("name", "registry-auth", "optional", true)),
                  "tasks",
                  List.of(Map.of("name", "plan"), Map.of("name", "ship")),
                  "finally",
                  List.of(Map.of("name", "report")))));

  private static final Map<String, List<String>> PARAMS = Map.of("image", List.of("any"));
  private static final Map<String, String> VOLUME = Map.of("source", "pvc:models");
  private static final RunSettings USUAL =
      new RunSettings(Optional.empty(), Map.of(), new VolumeGroup.Usual());

  private static Map<String, Object> spec(
      Map<String, List<String>> params, Map<String, String> workspaces, RunSettings settings) {
    return RunSpec.of(
        new RunRequest("any", Optional.empty(), params, workspaces, "modelcar", settings),
        PIPELINE,
        task -> Optional.of(List.of(task.text("name").orElseThrow())));
  }

  private static Map<String, Object> spec(Duration timeout, Map<String, Long> memory) {
    return spec(
        PARAMS, VOLUME, new RunSettings(Optional.of(timeout), memory, new VolumeGroup.Usual()));
  }

  private static void isRefused(ThrowingCallable call, String says) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).isEqualTo(CoreError.USAGE_INVALID))
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @CsvSource({
    "PT26H, 25h30m0s, 0h30m0s",
    "PT1H, 0h55m0s, 0h5m0s",
    "PT3H, 2h45m0s, 0h15m0s",
    "PT8M, 0h4m0s, 0h4m0s",
    "PT90S, 0h0m45s, 0h0m45s"
  })
  void theReportHasTimeOfItsOwn(Duration all, String tasks, String last) {
    assertThat(spec(all, Map.of()).get("timeouts"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("tasks", tasks)
        .containsEntry("finally", last);
  }

  /** Tekton would read it as no limit at all. */
  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.5S", "PT59S"})
  void noTimeIsRefused(Duration all) {
    isRefused(() -> spec(all, Map.of()), "at least 1m");
  }

  // ---- memory ----

  private static Map<String, Object> step(String name, long bytes) {
    Map<String, String> memory = Map.of("memory", Long.toString(bytes));
    return Map.of("name", name, "computeResources", Map.of("requests", memory, "limits", memory));
  }

  @Test
  void aTaskGetsAnotherAmountOfMemoryAndKeepsItsProcessor() {
    assertThat(spec(Duration.ofHours(1), Map.of("ship", 1L << 30)).get("taskRunSpecs"))
        .isEqualTo(
            List.of(
                Map.of("pipelineTaskName", "ship", "stepSpecs", List.of(step("ship", 1L << 30)))));
    assertThat(spec(Duration.ofHours(1), Map.of())).doesNotContainKey("taskRunSpecs");
  }

  @Test
  void whatIsGivenAgainReplacesWhatWasGiven() {
    Map<String, Object> before =
        spec(Duration.ofHours(1), Map.of("ship", 1L << 30, "plan", 1L << 28));
    RunSettings more =
        new RunSettings(Optional.empty(), Map.of("ship", 1L << 31), new VolumeGroup.Gid(7));
    Map<String, Object> after =
        RunSpec.with(more, before, PIPELINE, task -> Optional.of(List.of("ship")));
    assertThat(after.get("taskRunSpecs"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .containsExactlyInAnyOrder(
            Map.of("pipelineTaskName", "ship", "stepSpecs", List.of(step("ship", 1L << 31))),
            Map.of("pipelineTaskName", "plan", "stepSpecs", List.of(step("plan", 1L << 28))));
    assertThat(after.get("timeouts")).isEqualTo(before.get("timeouts"));
    assertThat(after.get("params")).isEqualTo(before.get("params"));
    assertThat(after.get("taskRunTemplate"))
        .isEqualTo(
            Map.of(
                "serviceAccountName",
                "modelcar",
                "podTemplate",
                Map.of("securityContext", Map.of("fsGroup", 7L))));
    assertThat(RunSpec.withGroup(after, new VolumeGroup.None()).get("taskRunTemplate"))
        .isEqualTo(before.get("taskRunTemplate"));
  }

  @Test
  void aTaskOfUnknownStepsGetsItAsAWhole() {
    Map<String, String> memory = Map.of("memory", "1024");
    RunSettings settings =
        new RunSettings(Optional.empty(), Map.of("ship", 1024L), new VolumeGroup.Usual());
    assertThat(
            RunSpec.with(settings, Map.of(), PIPELINE, task -> Optional.empty())
                .get("taskRunSpecs"))
        .isEqualTo(
            List.of(
                Map.of(
                    "pipelineTaskName",
                    "ship",
                    "computeResources",
                    Map.of("requests", memory, "limits", memory))));
  }

  @Test
  void aTaskThatIsNoneIsRefused() {
    isRefused(
        () -> spec(Duration.ofHours(1), Map.of("push", 1L << 30)),
        "no task push; it has plan, report, ship");
  }

  // ---- names ----

  /** Tekton takes it, and drops it. */
  @Test
  void aWorkspaceThatIsNoneIsRefused() {
    isRefused(
        () ->
            spec(PARAMS, Map.of("source", "pvc:models", "dockerconfig", "secret:registry"), USUAL),
        "no workspace dockerconfig; it has registry-auth, source");
  }

  @Test
  void whatIsMissingIsNamed() {
    isRefused(() -> spec(Map.of(), VOLUME, USUAL), "requires the parameter image: -p image=VALUE");
    isRefused(
        () -> spec(PARAMS, Map.of(), USUAL), "requires the workspace source: -w source=pvc:NAME");
    assertThat(spec(PARAMS, VOLUME, USUAL)).containsKey("workspaces");
  }

  @Test
  void aParameterThatIsNoneIsRefused() {
    isRefused(
        () -> spec(Map.of("imag", List.of("any")), VOLUME, USUAL),
        "no parameter imag; it has image, tag");
    isRefused(() -> spec(Map.of("image", List.of("a", "b")), VOLUME, USUAL), "takes one value");
  }

  // ---- values ----

  private static final PipelineDeclaration OURS =
      PipelineDeclaration.of(
          "ours",
          Fields.of(
              Map.of(
                  "params",
                  List.of(
                      Map.of("name", "source"),
                      Map.of("name", "image", "default", ""),
                      Map.of("name", "targets", "type", "array"),
                      Map.of("name", "plain-http", "default", "false")),
                  "workspaces",
                  List.of(Map.of("name", "volume", "optional", true)),
                  "tasks",
                  List.of(
                      Map.of(
                          "name",
                          "one",
                          "taskRef",
                          Map.of("name", "modelcar-ship"),
                          "params",
                          List.of(
                              Map.of("name", "source", "value", "$(params.source)"),
                              Map.of("name", "targets", "value", List.of("$(params.targets[*])")),
                              Map.of("name", "url", "value", "$(params.image)")),
                          "workspaces",
                          List.of(Map.of("name", "x", "workspace", "volume"))),
                      Map.of(
                          "name",
                          "two",
                          "workspaces",
                          List.of(Map.of("name", "x", "workspace", "volume")))))));

  private static Map<String, Object> ours(
      String source, String target, String plain, Map<String, String> workspaces) {
    Map<String, List<String>> params =
        Map.of("source", List.of(source), "targets", List.of(target), "plain-http", List.of(plain));
    return RunSpec.of(
        new RunRequest("ours", Optional.empty(), params, workspaces, "modelcar", USUAL),
        OURS,
        task -> Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "org/m, a.example/m:1, false, 'source takes a model on the Hub: hf://ORG/NAME[@REVISION], not \"org/m\"'",
    "hf://org, a.example/m:1, false, source takes",
    "hf://org/m, Team/M, false, the parameter targets: ",
    "hf://org/m, oci:folder, false, targets takes an image in a registry",
    "hf://org/m, a.example/m:1, yes, 'plain-http takes true or false, not \"yes\"'"
  })
  void aValueThatNoTaskTakesIsRefused(String source, String target, String plain, String says) {
    isRefused(() -> ours(source, target, plain, Map.of()), says);
    assertThat(ours("hf://org/m@v1", "http://a.example/m:1", "true", Map.of()))
        .containsKey("params");
  }

  @Test
  void aParameterOfOthersWithANameOfOursIsTheirs() {
    Map<String, List<String>> params =
        Map.of(
            "source", List.of("hf://org/m"),
            "targets", List.of("a.example/m:1"),
            "image", List.of("https://git.example.com/team"));
    assertThat(
            RunSpec.of(
                new RunRequest("ours", Optional.empty(), params, Map.of(), "modelcar", USUAL),
                OURS,
                task -> Optional.empty()))
        .containsKey("params");
  }

  @Test
  void anEmptyFolderOfEachTaskIsNotShared() {
    isRefused(
        () -> ours("hf://org/m", "a.example/m:1", "true", Map.of("volume", "emptydir")),
        "volume of ours is shared by 2 tasks and cannot be emptydir");
    assertThat(ours("hf://org/m", "a.example/m:1", "true", Map.of("volume", "pvc:v")))
        .containsKey("workspaces");
  }
}
