package dev.modelcar.lint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.lint.decode.JsonText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An object of v1beta1 is shown as the v1 that Tekton's conversion webhook makes of it. */
class ConversionTest {
  private static JsonNode stored(String kind, String spec) {
    String text =
        "apiVersion: tekton.dev/v1beta1\nkind: %s\nmetadata: {name: a}\nspec: {%s}"
            .formatted(kind, spec);
    LintedFile file = LinterTest.lint(text);
    assertThat(
            file.all().stream()
                .filter(problem -> problem.rule().severity().equals("error"))
                .map(Object::toString))
        .isEmpty();
    return JsonText.tree(file.objects().getFirst().stored());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Task|steps: [{name: s, image: i, resources: {limits: {cpu: 1}}}]|/spec/steps/0/computeResources/limits/cpu|\"1\"",
        "Task|steps: [{name: s, image: i}], sidecars: [{name: c, image: i, resources: {limits: {cpu: 1}}}]|/spec/sidecars/0/computeResources/limits/cpu|\"1\"",
        "Task|steps: [{name: s, image: i}], stepTemplate: {resources: {limits: {cpu: 1}}}|/spec/stepTemplate/computeResources/limits/cpu|\"1\"",
        "Task|steps: [{name: s, image: i}]|/apiVersion|\"tekton.dev/v1\"",
        "TaskRun|taskRef: {name: t}, stepOverrides: [{name: s, resources: {limits: {cpu: 1}}}]|/spec/stepSpecs/0/computeResources/limits/cpu|\"1\"",
        "TaskRun|taskRef: {name: t}, serviceAccountName: b|/spec/serviceAccountName|\"b\"",
        "Pipeline|tasks: [{name: t, taskSpec: {steps: [{name: s, image: i, resources: {limits: {cpu: 1}}}]}}]|/spec/tasks/0/taskSpec/steps/0/computeResources/limits/cpu|\"1\"",
        "PipelineRun|pipelineRef: {name: p}, serviceAccountName: b|/spec/taskRunTemplate/serviceAccountName|\"b\"",
        "PipelineRun|pipelineRef: {name: p}|/spec/taskRunTemplate/serviceAccountName|\"default\"",
        "PipelineRun|pipelineRef: {name: p}, podTemplate: {hostNetwork: true}|/spec/taskRunTemplate/podTemplate/hostNetwork|true",
        "PipelineRun|pipelineRef: {name: p}, timeout: 2h|/spec/timeouts|{\"pipeline\":\"2h0m0s\"}",
        "PipelineRun|pipelineRef: {name: p}, timeouts: {pipeline: 3h, tasks: 2h}|/spec/timeouts|{\"pipeline\":\"3h0m0s\",\"tasks\":\"2h0m0s\"}",
        "PipelineRun|pipelineRef: {name: p}, taskRunSpecs: [{pipelineTaskName: t, taskServiceAccountName: b, taskPodTemplate: {hostNetwork: true}}]|/spec/taskRunSpecs/0|{\"pipelineTaskName\":\"t\",\"podTemplate\":{\"hostNetwork\":true},\"serviceAccountName\":\"b\"}",
        "PipelineRun|pipelineSpec: {tasks: [{name: t, taskRef: {name: a}, matrix: {}}]}|/spec/pipelineSpec/tasks/0|{\"name\":\"t\",\"taskRef\":{\"kind\":\"Task\",\"name\":\"a\"}}",
      })
  void fieldsHaveTheNamesAndPlacesOfV1(String kind, String spec, String path, String value) {
    assertThat(stored(kind, spec).at(path).toString()).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PipelineRun|pipelineRef: {name: p}, timeout: 2h, serviceAccountName: b, podTemplate: {}|timeout,podTemplate,serviceAccountName",
        "TaskRun|taskRef: {name: t}, stepOverrides: [{name: s, resources: {}}]|stepOverrides",
        "Pipeline|tasks: [{name: t, taskRef: {name: a}}]|resources",
      })
  void nothingOfV1beta1StaysInTheSpec(String kind, String spec, String names) {
    JsonNode found = stored(kind, spec).path("spec");

    assertThat(found.isObject()).isTrue();
    for (String name : names.split(",", -1)) {
      assertThat(found.path(name).isMissingNode()).as(name).isTrue();
    }
  }

  @Test
  void anAnnotationKeepsWhatV1DoesNotHaveOfSteps() {
    JsonNode task = stored("Task", "steps: [{name: s, image: i, tty: true}, {name: t, image: i}]");

    assertThat(task.at("/metadata/annotations/tekton.dev~1v1beta1.task-deprecations").asText())
        .isEqualTo(
            "{\"a\":{\"deprecatedSteps\":[{\"name\":\"\",\"resources\":{},\"tty\":true},"
                + "{\"name\":\"\",\"resources\":{}}]}}");
  }

  @Test
  void theAnnotationHasTheNameOfTheTaskInAPipeline() {
    JsonNode pipeline =
        stored(
            "Pipeline",
            "tasks: [{name: b, taskSpec: {stepTemplate: {name: x, workingDir: /w}, steps: [{name: s,"
                + " image: i}]}}]");

    assertThat(pipeline.at("/metadata/annotations/tekton.dev~1v1beta1.task-deprecations").asText())
        .isEqualTo(
            "{\"b\":{\"deprecatedSteps\":[{\"name\":\"\",\"resources\":{}}],"
                + "\"deprecatedStepTemplate\":{\"name\":\"x\",\"resources\":{}}}}");
    assertThat(pipeline.at("/spec/tasks/0/taskSpec/stepTemplate/workingDir").asText())
        .isEqualTo("/w");
  }

  @Test
  void aStepActionIsStoredAsItIs() {
    LintedFile file =
        LinterTest.lint(
            "apiVersion: tekton.dev/v1beta1\nkind: StepAction\nmetadata: {name: a}\nspec: {image: i}");

    assertThat(JsonText.tree(file.objects().getFirst().stored()).path("apiVersion").asText())
        .isEqualTo("tekton.dev/v1beta1");
  }
}
