package dev.modelcar.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RenderingTest {
  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final Pattern PARAM =
      Pattern.compile("\\$\\(params\\.([A-Za-z_-]+)(?:\\[\\*])?\\)");
  private static final Pattern WORKSPACE =
      Pattern.compile("\\$\\(workspaces\\.([a-z-]+)\\.path\\)");

  private final ObjectMapper yaml = new ObjectMapper(new YAMLFactory());

  @Test
  void theFilesInTheRepositoryAreWhatIsRendered() throws IOException {
    Map<String, String> files = new Rendering(RenderValues.defaults()).files();
    for (Map.Entry<String, String> file : files.entrySet()) {
      assertThat(DEPLOY.resolve(file.getKey()))
          .describedAs("modelcar render --output deploy")
          .hasContent(file.getValue());
    }
    try (Stream<Path> there = Files.walk(DEPLOY)) {
      assertThat(there.filter(Files::isRegularFile).map(p -> DEPLOY.relativize(p).toString()))
          .containsExactlyInAnyOrderElementsOf(files.keySet());
    }
  }

  @Test
  void everyFileIsYamlWithoutLeftovers() throws IOException {
    for (Map.Entry<String, String> file :
        new Rendering(RenderValues.defaults()).files().entrySet()) {
      assertThat(file.getValue()).describedAs(file.getKey()).doesNotContain("{{", "MODELCAR_IMAGE");
      if (file.getKey().endsWith(".yaml")) {
        assertThat(yaml.readTree(file.getValue()).has("kind")).describedAs(file.getKey()).isTrue();
      }
    }
  }

  @Test
  void tasksUseOnlyWhatTheyDeclare() throws IOException {
    for (String name : Templates.TASKS) {
      String text = Templates.task(name, "image");
      JsonNode spec = yaml.readTree(text).path("spec");
      assertThat(used(PARAM, text)).describedAs(name).isSubsetOf(names(spec.path("params")));
      assertThat(used(WORKSPACE, text))
          .describedAs(name)
          .isSubsetOf(names(spec.path("workspaces")));
    }
  }

  @Test
  void pipelinesGiveTheirTasksWhatTheseTake() throws IOException {
    for (String name : Templates.PIPELINES) {
      JsonNode spec = yaml.readTree(Templates.pipeline(name)).path("spec");
      for (String group : new String[] {"tasks", "finally"}) {
        for (JsonNode step : spec.path(group)) {
          String reference = step.path("taskRef").path("name").asText();
          JsonNode task = yaml.readTree(Templates.task(reference, "image")).path("spec");
          Set<String> given = names(step.path("params"));
          given.addAll(names(step.path("matrix").path("params")));
          assertThat(given)
              .describedAs("%s: %s", name, step.path("name"))
              .isSubsetOf(names(task.path("params")));
          for (JsonNode param : task.path("params")) {
            if (!param.has("default")) {
              assertThat(given).describedAs(name).contains(param.path("name").asText());
            }
          }
          assertThat(names(step.path("workspaces"))).isSubsetOf(names(task.path("workspaces")));
        }
      }
    }
  }

  /** Else what keeps a cluster as the files say would find them different for ever. */
  @Test
  void nothingIsLeftForTheServerToFillIn() throws IOException {
    for (String name : Templates.TASKS) {
      JsonNode spec = yaml.readTree(Templates.task(name, "image")).path("spec");
      for (String typed : new String[] {"params", "results"}) {
        for (JsonNode item : spec.path(typed)) {
          assertThat(item.path("type").asText())
              .describedAs("%s: %s", name, item)
              .isIn("string", "array", "object");
        }
      }
      assertThat(spec.path("stepTemplate").has("computeResources")).isTrue();
    }
    for (String name : Templates.PIPELINES) {
      JsonNode spec = yaml.readTree(Templates.pipeline(name)).path("spec");
      spec.path("params").forEach(param -> assertThat(param.has("type")).isTrue());
      for (String group : new String[] {"tasks", "finally"}) {
        for (JsonNode task : spec.path(group)) {
          assertThat(task.path("taskRef").path("kind").asText()).isEqualTo("Task");
          // As Go writes durations: no leading part that is nothing, and none that is left out.
          assertThat(task.path("timeout").asText())
              .describedAs("%s: %s", name, task.path("name"))
              .matches("([1-9][0-9]*h[0-9]+m|[1-9][0-9]*m)[0-9]+s");
        }
      }
    }
  }

  @Test
  void theReportOutlastsAClusterWithoutRoom() throws IOException {
    for (String name : Templates.PIPELINES) {
      for (JsonNode task : yaml.readTree(Templates.pipeline(name)).path("spec").path("finally")) {
        assertThat(task.path("timeout").asText()).describedAs(name).isEqualTo("30m0s");
        assertThat(task.path("retries").asInt()).describedAs(name).isEqualTo(2);
      }
    }
  }

  @Test
  void everyStepIsRestricted() throws IOException {
    for (String name : Templates.TASKS) {
      JsonNode spec = yaml.readTree(Templates.task(name, "image")).path("spec");
      JsonNode context = spec.path("stepTemplate").path("securityContext");
      assertThat(context.path("runAsNonRoot").asBoolean()).isTrue();
      assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(context.path("capabilities").path("drop").toString()).isEqualTo("[\"ALL\"]");
      assertThat(context.has("runAsUser")).isFalse();
      for (JsonNode step : spec.path("steps")) {
        assertThat(step.has("command")).isTrue();
        assertThat(step.has("script")).isFalse();
        assertThat(step.path("computeResources").path("limits").has("memory")).isTrue();
      }
    }
  }

  @Test
  void valuesComeFromFilesAndFlags(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("values.yaml");
    Files.writeString(file, "namespace: team-a\nstorageSize: 5Gi\n");
    Map<String, String> files =
        new Rendering(RenderValues.defaults().withFile(file).with("image", "h.example/m:2"))
            .files();
    assertThat(files.get("overlays/kubernetes/kustomization.yaml")).contains("namespace: team-a");
    assertThat(files.get("storage/model-volume.yaml")).contains("storage: 5Gi");
    assertThat(files.get("base/tasks/modelcar-ship/0.1/modelcar-ship.yaml"))
        .contains("image: h.example/m:2");
  }

  @Test
  void refusesValuesThatAreNone(@TempDir Path folder) throws IOException {
    Path nested = folder.resolve("values.yaml");
    Files.writeString(nested, "namespace: {a: b}\n");
    assertUsage(() -> RenderValues.defaults().with("nothing", "x"));
    assertUsage(() -> RenderValues.defaults().with("namespace", "a\nb: c"));
    assertUsage(() -> RenderValues.defaults().withFile(nested));
    assertUsage(() -> RenderValues.defaults().withFile(folder.resolve("absent.yaml")));
  }

  private static void assertUsage(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE_INVALID));
  }

  private static Set<String> used(Pattern pattern, String text) {
    Set<String> names = new HashSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  private static Set<String> names(JsonNode items) {
    Set<String> names = new HashSet<>();
    items.forEach(item -> names.add(item.path("name").asText()));
    return names;
  }
}
