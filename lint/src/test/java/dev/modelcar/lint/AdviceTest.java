package dev.modelcar.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.findings.Catalogue;
import dev.modelcar.lint.rules.Rule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a server accepts and fails later is found, and only there. */
class AdviceTest {
  private static final String DIGEST = "a@sha256:" + "0".repeat(64);

  private static List<String> found(String text) {
    return LinterTest.lint(text.replace("DIGEST", DIGEST).replace("\\n", "\n")).all().stream()
        .map(problem -> problem.rule().id())
        .toList();
  }

  private static String task(String spec) {
    return "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec:\n  " + spec;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "workspace-undeclared|steps: [{image: DIGEST, script: 'ls $(workspaces.a.path)'}]|steps: [{image: DIGEST, script: 'ls $(workspaces.a.path)'}]\\n  workspaces: [{name: a}]",
        "variable-undeclared|steps: [{image: DIGEST, args: ['$(inputs.params.a)']}]|steps: [{image: DIGEST, args: ['inputs.params.a']}]",
        "variable-undeclared|steps: [{image: DIGEST, args: ['$(inputs.resources.a)']}]\\n  params: [{name: a}]|steps: [{image: DIGEST, args: ['$(inputs.params.a)']}]\\n  params: [{name: a}]",
        "param-in-script|steps: [{image: DIGEST, script: 'ls $(params.a)'}]\\n  params: [{name: a}]|steps: [{image: DIGEST, script: 'ls $A', env: [{name: A, value: $(params.a)}]}]\\n  params: [{name: a}]",
        "image-not-pinned|steps: [{image: a:v1, command: [a]}]|steps: [{image: DIGEST, command: [a]}]",
        "command-missing|steps: [{image: DIGEST}]|steps: [{image: DIGEST, command: [a]}]",
        "resources-missing|steps: [{image: DIGEST}]|steps: [{image: DIGEST, computeResources: {limits: {cpu: 1}}}]",
        "mount-undeclared|steps: [{image: DIGEST, volumeMounts: [{name: a, mountPath: /a}]}]|steps: [{image: DIGEST, volumeMounts: [{name: a, mountPath: /a}]}]\\n  volumes: [{name: a, emptyDir: {}}]",
        "privileged-container|steps: [{image: DIGEST, securityContext: {runAsUser: 0}}]|steps: [{image: DIGEST, securityContext: {runAsUser: 1}}]",
        "identity-mixed|steps: [{image: DIGEST, securityContext: {runAsUser: 1}}, {image: DIGEST}]|steps: [{image: DIGEST, securityContext: {runAsUser: 1}}]",
        "secret-in-clear|steps: [{image: DIGEST, env: [{name: A_PASSWORD, value: abcdefgh}]}]|steps: [{image: DIGEST, env: [{name: ALLOW_EMPTY_PASSWORD, value: 'yes'}]}]",
        "secret-in-clear|steps: [{image: DIGEST, env: [{name: API_TOKEN, value: abcdefgh}]}]|steps: [{image: DIGEST, env: [{name: API_TOKEN, value: $(params.t)}]}]\\n  params: [{name: t}]",
      })
  void firesAndStaysSilent(String rule, String bad, String good) {
    assertThat(found(task(bad))).contains(rule);
    assertThat(found(task(good))).doesNotContain(rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "requests: {cpu: 3}, limits: {cpu: 2}|true",
        "requests: {memory: 20Gi}, limits: {memory: 8G}|true",
        "requests: {memory: 8G}, limits: {memory: 8Gi}|false",
        "requests: {cpu: 3}, limits: {memory: 2Gi}|false",
        "limits: {nvidia.com/gpu: '0.5'}|true",
        "limits: {nvidia.com/gpu: 500m}|true",
        "limits: {nvidia.com/gpu: 1}|false",
        "requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 2}|true",
        "limits: {cpu: '0.5'}|false",
        "limits: {cpu: $(params.cpu)}, requests: {cpu: 1}|false",
      })
  void requestsAndLimitsThatContradictEachOther(String resources, boolean fires) {
    for (String text :
        List.of(
            task("steps: [{image: DIGEST, command: [a], computeResources: {%s}}]"),
            "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: m}\n"
                + "spec: {predictor: {model: {modelFormat: {name: a}, resources: {%s}}}}",
            "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {spec:"
                + " {restartPolicy: Never, containers: [{name: a, image: DIGEST, resources: {%s}}]}}}")) {
      assertThat(found(text.formatted(resources)).contains("resources-contradict"))
          .as(text)
          .isEqualTo(fires);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model: {modelFormat: {name: a}}, sklearn: {storageUri: s3://x/y}|true",
        "model: {modelFormat: {name: a}}|false",
        "sklearn: {storageUri: s3://x/y}|false",
      })
  void aModelBesideAnOldKindIsLost(String predictor, boolean fires) {
    String text =
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: m}\n"
            + "spec: {predictor: {%s}}".formatted(predictor);
    assertThat(found(text).contains("serving-model-replaced")).isEqualTo(fires);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model: {storageUri: s3://x/y}|true",
        "model: {runtime: r, modelFormat: {version: '1'}}|true",
        "model: {modelFormat: {name: a}}|false",
        "sklearn: {storageUri: s3://x/y}|false",
        "containers: [{name: kserve-container, image: DIGEST}]|false",
      })
  void aModelWithoutAFormatFindsNoRuntime(String predictor, boolean fires) {
    String text =
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: m}\n"
            + "spec: {predictor: {%s}}".formatted(predictor);
    assertThat(found(text).contains("serving-format")).isEqualTo(fires);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Kind: Task\\napiVersion: tekton.dev/v1|kind-unknown",
        "kind: Task\\napiversion: tekton.dev/v1|kind-unknown",
        "apiVersion: tekton.dev/v1|kind-unknown",
        "kind: Task\\napiVersion: tekton.dev|kind-unknown",
        "kind: Deploymnt\\napiVersion: apps/v1|kind-unknown",
        "kind: ControllerRevision\\napiVersion: apps/v1|kind-left-alone",
        "kind: Widget\\napiVersion: example.com/v1|kind-left-alone",
        "kinds: Task\\nname: x|kind-left-alone",
        "apiVersion: v2\\nname: chart|kind-left-alone",
      })
  void aMisspeltHeadIsAnErrorWhereItIsCertain(String head, String rule) {
    assertThat(found(head + "\nmetadata: {name: t}\n")).containsExactly(rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{% if a %}\\nkind: Task\\n{% endif %}|template-skipped",
        "{{> metadata}}\\nkind: Task|template-skipped",
        "kind: Task\\nspec: {image: ${IMG}}|template-skipped",
        "kind: Task\\nspec: {image: a|yaml-invalid",
      })
  void templatesOfAllKindsAreNoManifests(String text, String rule) {
    assertThat(found(text)).contains(rule);
    assertThat(found(text).contains("yaml-invalid")).isEqualTo(rule.equals("yaml-invalid"));
  }

  @ParameterizedTest
  @CsvSource({"90,false", "0,true"})
  void aNumberBecomesADurationOnlyIfItIsOne(String number, boolean quoted) {
    String text =
        "apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata: {name: t}\nspec: {pipelineRef:"
            + " {name: p}, timeouts: {pipeline: %s}}".formatted(number);
    assertThat(LinterTest.lint(text).all().stream().anyMatch(problem -> problem.edit().isPresent()))
        .isEqualTo(quoted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mount-undeclared|podTemplate: {}|podTemplate: {volumes: [{name: v, emptyDir: {}}]}",
        "claims-several|workspaces: [{name: a, persistentVolumeClaim: {claimName: p}}, {name: b, persistentVolumeClaim: {claimName: q}}]|workspaces: [{name: a, persistentVolumeClaim: {claimName: p}, subPath: x}, {name: b, persistentVolumeClaim: {claimName: p}}]",
      })
  void ofRuns(String rule, String bad, String good) {
    String run =
        "apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {name: t}\nspec: {taskSpec: {steps:"
            + " [{image: DIGEST, command: [a], volumeMounts: [{name: v, mountPath: /v}]}]}, %s}";

    assertThat(found(run.formatted(bad))).contains(rule);
    assertThat(found(run.formatted(good))).doesNotContain(rule);
  }

  /** KServe's webhook writes amounts as texts before the server looks at their types. */
  @Test
  void anAmountOfAPredictorMayBeANumber() {
    String text =
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: m}\nspec:"
            + " {predictor: {model: {modelFormat: {name: a}, resources: {requests: {cpu: 0.1}}}}}";

    assertThat(found(text)).doesNotContain("field-type");
    assertThat(found(text.replace("0.1", "a"))).contains("field-type");
  }

  @Test
  void aFileJustWrittenIsNotExecutable() {
    String script =
        "steps:\n  - image: DIGEST\n    script: |\n      cat > run.sh << EOF\n      ls\n      EOF\n      %srun.sh\n";

    assertThat(found(task(script.formatted("./")))).contains("script-exec-bit");
    assertThat(found(task(script.formatted("sh ")))).doesNotContain("script-exec-bit");
  }

  @Test
  void manyResultsDoNotFit() {
    String results =
        String.join(
            ", ", Stream.iterate(1, i -> i + 1).limit(20).map(i -> "{name: r" + i + "}").toList());
    String steps = String.join(", ", java.util.Collections.nCopies(4, "{image: DIGEST}"));

    assertThat(found(task("steps: [" + steps + "]\n  results: [" + results + "]")))
        .contains("result-budget");
    assertThat(found(task("steps: [{image: DIGEST}]\n  results: [{name: a}]")))
        .doesNotContain("result-budget");
  }

  @Test
  void noMessageRepeatsASecret() {
    LintedFile file =
        LinterTest.lint(task("steps: [{image: a, script: 'x hf_abcdefghijklmnopqrstuvwxyz'}]"));

    assertThat(file.all()).anyMatch(problem -> problem.rule() == Rule.SECRET_IN_CLEAR);
    assertThat(file.all()).noneMatch(problem -> problem.message().contains("hf_abc"));
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void everyRuleIsInTheCatalogueWithItsSeverity(Rule rule) {
    assertThat(Catalogue.standard().find(rule.id()))
        .hasValueSatisfying(
            entry -> assertThat(entry.severity().word()).isEqualTo(rule.severity()));
  }
}
