package dev.modelcar.kubernetes.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RenderingTest {
  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final Pattern PARAM =
      Pattern.compile("\\$\\(params\\.([A-Za-z_-]+)(?:\\[\\*])?\\)");
  private static final Pattern WORKSPACE =
      Pattern.compile("\\$\\(workspaces\\.([a-z-]+)\\.path\\)");

  private static final RenderValues DEFAULTS = RenderValues.defaults();

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
      if (file.getKey().endsWith(".yaml") && !file.getKey().endsWith("/kustomizeconfig.yaml")) {
        assertThat(yaml.readTree(file.getValue()).has("kind")).describedAs(file.getKey()).isTrue();
      }
    }
  }

  @Test
  void tasksUseOnlyWhatTheyDeclare() throws IOException {
    for (String name : Templates.TASKS) {
      String text = Templates.task(name, DEFAULTS);
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
      JsonNode spec = yaml.readTree(Templates.pipeline(name, DEFAULTS)).path("spec");
      for (String group : new String[] {"tasks", "finally"}) {
        for (JsonNode step : spec.path(group)) {
          String reference = step.path("taskRef").path("name").asText();
          JsonNode task = yaml.readTree(Templates.task(reference, DEFAULTS)).path("spec");
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
      JsonNode spec = yaml.readTree(Templates.task(name, DEFAULTS)).path("spec");
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
      JsonNode spec = yaml.readTree(Templates.pipeline(name, DEFAULTS)).path("spec");
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
  void certificatesAreVerifiedUnlessSomebodyObjects() throws IOException {
    int switches = 0;
    List<String> all = new ArrayList<>();
    Templates.TASKS.forEach(name -> all.add(Templates.task(name, DEFAULTS)));
    Templates.PIPELINES.forEach(name -> all.add(Templates.pipeline(name, DEFAULTS)));
    for (String text : all) {
      for (JsonNode param : yaml.readTree(text).at("/spec/params")) {
        if (param.path("name").asText().toLowerCase(Locale.ROOT).matches(".*tls.?verify")) {
          switches++;
          assertThat(param.path("default").asText()).isEqualTo("true");
        }
      }
    }
    assertThat(switches).isGreaterThan(Templates.PIPELINES.size());
  }

  @Test
  void aPlanIsNotRetriedAndARunThatFailsHasASummary() throws IOException {
    for (String name : Templates.PIPELINES) {
      JsonNode spec = yaml.readTree(Templates.pipeline(name, DEFAULTS)).path("spec");
      assertThat(name).matches("modelcar-[a-z-]+-pipeline");
      assertThat(names(spec.path("results"))).contains("image-ref", "summary");
      for (JsonNode task : spec.path("tasks")) {
        assertThat(task.has("retries"))
            .describedAs("%s: %s", name, task.path("name"))
            .isNotEqualTo(task.path("name").asText().matches("plan|preflight.*"));
      }
    }
  }

  @Test
  void theClassicTasksCanBeLeftOut() {
    Map<String, String> files = new Rendering(DEFAULTS.with("classic", "false")).files();
    assertThat(String.join("\n", files.keySet()))
        .doesNotContain("download-model", "build-image", "push-to", "build-push", "model-volume");
    assertThat(files.get("base/tasks/kustomization.yaml"))
        .contains("modelcar-ship")
        .doesNotContain("push-to-quay");
    assertThat(files.get("base/pipelines/kustomization.yaml")).doesNotContain("build-push");
  }

  @Test
  void aPullSecretIsGivenToTheServiceAccount() throws IOException {
    String file = "base/access/service-account.yaml";
    assertThat(rendered("imagePullSecret", "pull", file).at("/imagePullSecrets/0/name").asText())
        .isEqualTo("pull");
    assertThat(rendered("imagePullSecret", "", file).has("imagePullSecrets")).isFalse();
    assertThat(rendered("imagePullSecret", "", file).at("/automountServiceAccountToken").asText())
        .isEqualTo("false");
  }

  @Test
  void samplesGiveWhatTheirTasksRequire() throws IOException {
    Map<String, String> files = new Rendering(DEFAULTS).files();
    for (String name : Templates.TASKS) {
      JsonNode run =
          yaml.readTree(files.get("base/tasks/%s/0.1/samples/%s.yaml".formatted(name, name)));
      JsonNode task = yaml.readTree(Templates.task(name, DEFAULTS)).path("spec");
      Set<String> required = new HashSet<>();
      task.path("params")
          .forEach(param -> {
            if (!param.has("default")) {
              required.add(param.path("name").asText());
            }
          });
      assertThat(names(run.at("/spec/params"))).describedAs(name).isEqualTo(required);
    }
  }

  @Test
  void syncWavesAreForArgoCdAlone() {
    new Rendering(DEFAULTS)
        .files()
        .forEach((path, text) ->
            assertThat(text.contains("argocd.argoproj.io/sync-wave"))
                .describedAs(path)
                .isEqualTo(path.equals("overlays/argocd/kustomization.yaml")));
  }

  @Test
  void argumentsOfOneTaskReachNoOther() throws IOException {
    for (String name : new String[] {"modelcar-ship-pipeline", "modelcar-sharded-pipeline"}) {
      int takers = 0;
      for (JsonNode task : yaml.readTree(Templates.pipeline(name, DEFAULTS)).at("/spec/tasks")) {
        if (task.toString().contains("$(params.ship-args[*])")) {
          takers++;
          assertThat(task.at("/taskRef/name").asText()).isIn("modelcar-ship", "modelcar-load");
        }
      }
      assertThat(takers).describedAs(name).isEqualTo(1);
    }
  }

  @Test
  void theReportOutlastsAClusterWithoutRoom() throws IOException {
    for (String name : Templates.PIPELINES) {
      for (JsonNode task :
          yaml.readTree(Templates.pipeline(name, DEFAULTS)).path("spec").path("finally")) {
        assertThat(task.path("timeout").asText()).describedAs(name).isEqualTo("30m0s");
        assertThat(task.path("retries").asInt()).describedAs(name).isEqualTo(2);
      }
    }
  }

  @Test
  void everyStepIsRestricted() throws IOException {
    for (String name : Templates.TASKS) {
      JsonNode spec = yaml.readTree(Templates.task(name, DEFAULTS)).path("spec");
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
    assertThat(files.get("storage/model-volume.yaml")).contains("storage: \"5Gi\"");
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

  @ParameterizedTest
  @CsvSource({
    "image, ''",
    "image, http://registry.example.com/m:1",
    "target, registry.example.com/m:",
    "target, oci:folder",
    "source, ./folder",
    "source, hf://org/name@",
    "namespace, ''",
    "namespace, Models",
    "overlay, eks",
    "fsGroup, team",
    "fsGroup, 007",
    "storageSize, large",
    "gitRevision, ''",
    "gitRevision, a b"
  })
  void refusesValuesOfAnotherForm(String name, String value) {
    assertUsage(() -> RenderValues.defaults().with(name, value));
  }

  @ParameterizedTest
  @CsvSource({"1.0", "1e3", "0x10", "2026-11-21", "12:30", "yes", "Null", "~", "-x", "@v", "a:"})
  void valuesStayText(String revision) throws IOException {
    JsonNode application = rendered("gitRevision", revision, "argocd/application.yaml");
    JsonNode read = application.path("spec").path("source").path("targetRevision");
    assertThat(read.isTextual()).describedAs("%s", read).isTrue();
    assertThat(read.asText()).isEqualTo(revision);
    assertThat(Yaml.scalar(revision)).isEqualTo("\"" + revision + "\"");
  }

  @Test
  void namesOfDigitsStayText() throws IOException {
    JsonNode run = rendered("namespace", "123", "runs/ship.yaml");
    assertThat(run.path("metadata").path("namespace").isTextual()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'gitRevision: 1.10', put it in quotes",
    "'namespace: 123', put it in quotes",
    "'registrySecret: true', put it in quotes",
    "'- namespace', NAME: VALUE",
    "'namespace: [', 'a syntax error at line 1'",
    "'namespace: \"s3cret\\q\"', 'a syntax error at line 1'"
  })
  void filesOfOtherThanTextAreRefusedWithTheReason(String text, String reason, @TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("values.yaml");
    Files.writeString(file, text);
    assertUsage(() -> RenderValues.defaults().withFile(file))
        .hasMessageContaining(reason)
        .hasMessageNotContaining("s3cret")
        .hasNoCause();
  }

  @Test
  void whatAFileLeavesOpenStaysAsItIs(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("values.yaml");
    Files.writeString(file, "registrySecret:\nfsGroup: 1234\n");
    RenderValues values = RenderValues.defaults().withFile(file);
    assertThat(values.get("registrySecret")).isEmpty();
    assertThat(values.get("fsGroup")).isEqualTo("1234");
    Files.writeString(file, "# nothing yet\n");
    assertThat(RenderValues.defaults().withFile(file).get("namespace")).isEqualTo("models");
  }

  @Test
  void aVolumeBelongsToAGroupThatMayWriteIt() throws IOException {
    String group = "/spec/taskRunTemplate/podTemplate/securityContext/fsGroup";
    assertThat(rendered("fsGroup", "65532", "runs/build-push.yaml").at(group).asInt())
        .isEqualTo(65532);
    assertThat(rendered("fsGroup", "", "runs/build-push.yaml").at(group).isMissingNode()).isTrue();
    assertThat(rendered("fsGroup", "65532", "runs/ship.yaml").at(group).isMissingNode()).isTrue();
  }

  @Test
  void runsSayWhatTheValuesSay() throws IOException {
    for (String run : new String[] {"ship", "sharded", "build-push"}) {
      JsonNode params =
          rendered("huggingFaceSecret", "team-token", "runs/" + run + ".yaml").at("/spec/params");
      assertThat(params).describedAs(run).contains(param("hf-token-secret", "team-token"));
    }
    assertThat(rendered("source", "hf://org/m@v1.0", "runs/build-push.yaml").at("/spec/params"))
        .contains(param("hf_repo", "org/m"), param("hf_revision", "v1.0"));
    assertThat(
            rendered("overlay", "openshift", "overlays/argocd/kustomization.yaml").at("/resources"))
        .hasToString("[\"../openshift\"]");
    assertThat(rendered("gitPath", "apps/m", "argocd/application.yaml").at("/spec/source/path"))
        .hasToString("\"apps/m/overlays/argocd\"");
    assertThat(
            rendered("argocdNamespace", "openshift-gitops", "argocd/application.yaml")
                .at("/metadata/namespace"))
        .hasToString("\"openshift-gitops\"");
  }

  private JsonNode param(String name, String value) {
    return yaml.createObjectNode().put("name", name).put("value", value);
  }

  private JsonNode rendered(String name, String value, String file) throws IOException {
    Map<String, String> files = new Rendering(RenderValues.defaults().with(name, value)).files();
    return yaml.readTree(files.get(file));
  }

  /** Else Tekton would hand a pipeline's parameters to tasks that should not see them. */
  @Test
  void pipelinesOfABundleBringTheirTasksAlong() throws IOException {
    for (String name : Templates.PIPELINES) {
      JsonNode spec =
          yaml.readTree(InlinedPipeline.of(name, DEFAULTS.with("image", "h.example/m:2")))
              .path("spec");
      for (String group : new String[] {"tasks", "finally"}) {
        for (JsonNode task : spec.path(group)) {
          assertThat(task.has("taskRef")).isFalse();
          assertThat(task.at("/taskSpec/steps/0/image").asText()).isEqualTo("h.example/m:2");
          Set<String> given = names(task.path("params"));
          given.addAll(names(task.path("matrix").path("params")));
          assertThat(given).isEqualTo(names(task.path("taskSpec").path("params")));
        }
      }
    }
  }

  private static AbstractThrowableAssert<?, ?> assertUsage(ThrowableAssert.ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).isEqualTo(CoreError.USAGE_INVALID));
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
