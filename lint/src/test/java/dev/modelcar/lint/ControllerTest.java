package dev.modelcar.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.lint.rules.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Tekton's controller fails when a run starts is found, and nothing that it lets pass. */
class ControllerTest {
  private static final String STEPS = "steps: [{image: DIGEST, command: [a], args: [ARG]}]";
  private static final String BUILD =
      "{name: build, taskSpec: {results: [{name: digest}, {name: files, type: array}, {name: image,"
          + " properties: {url: {}}}], "
          + STEPS
          + "}}";

  /** Each instance of its matrix has a result. */
  private static final String FAN =
      "{name: fan, matrix: {params: [{name: os, value: [a, b]}]}, taskSpec: {params: [{name: os}],"
          + " results: [{name: digest}], "
          + STEPS
          + "}}";

  private static List<Problem> problems(String kind, String spec) {
    String text =
        "apiVersion: tekton.dev/v1\nkind: %s\nmetadata: {name: a}\nspec: {%s}"
            .formatted(kind, expanded(spec));
    return LinterTest.lint(text).all();
  }

  private static String expanded(String spec) {
    return spec.replace("BUILD", BUILD)
        .replace("FAN", FAN)
        .replace("STEPS", STEPS)
        .replace("DIGEST", "a@sha256:" + "0".repeat(64));
  }

  private static List<String> rules(String kind, String spec) {
    return problems(kind, spec).stream().map(problem -> problem.rule().id()).toList();
  }

  private static void fires(String kind, String rule, String bad, String good) {
    assertThat(rules(kind, bad)).as(bad).contains(rule);
    assertThat(errors(kind, good)).as(good).isEmpty();
    assertThat(rules(kind, good)).as(good).doesNotContain(rule);
  }

  private static List<String> errors(String kind, String spec) {
    return problems(kind, spec).stream()
        .filter(problem -> problem.rule().severity().equals("error"))
        .map(Problem::message)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Results of tasks that stand in the pipeline
        "result-undeclared|tasks: [BUILD, {name: b, taskRef: {name: t}, params: [{name: d, value: $(tasks.build.results.nope)}]}]|tasks: [BUILD, {name: b, taskRef: {name: t}, params: [{name: d, value: $(tasks.build.results.digest)}]}]",
        "result-undeclared|tasks: [BUILD, {name: b, taskRef: {name: t}, when: [{input: $(tasks.build.results.nope), operator: in, values: [a]}]}]|tasks: [{name: build, taskRef: {name: t}}, {name: b, taskRef: {name: t}, when: [{input: $(tasks.build.results.nope), operator: in, values: [a]}]}]",
        "result-undeclared|tasks: [BUILD, {name: b, taskSpec: {steps: [{image: DIGEST, command: [$(tasks.build.results.nope)]}]}}]|tasks: [BUILD, {name: b, taskSpec: {steps: [{image: DIGEST, command: [$(tasks.build.results.digest)]}]}}]",
        "result-undeclared|tasks: [BUILD], results: [{name: r, value: $(tasks.build.results.nope)}]|tasks: [BUILD], results: [{name: r, value: $(tasks.build.results.digest)}]",
        "result-undeclared|tasks: [{name: a, taskRef: {name: t}}], finally: [BUILD], results: [{name: r, value: $(finally.build.results.nope)}]|tasks: [{name: a, taskRef: {name: t}}], finally: [BUILD], results: [{name: r, value: $(finally.build.results.digest)}]",
        "result-undeclared|tasks: [BUILD], finally: [{name: b, taskRef: {name: t}, params: [{name: d, value: $(tasks.build.results.nope)}]}]|tasks: [{name: build, taskSpec: {apiVersion: a/v1, kind: K, spec: {}}}], finally: [{name: b, taskRef: {name: t}, params: [{name: d, value: $(tasks.build.results.nope)}]}]",
        // Their types
        "result-type|tasks: [BUILD, {name: b, taskRef: {name: t}, params: [{name: d, value: '$(tasks.build.results.digest[*])'}]}]|tasks: [BUILD, {name: b, taskRef: {name: t}, params: [{name: d, value: '$(tasks.build.results.files[*])'}]}]",
        "result-type|tasks: [BUILD, {name: b, taskRef: {name: t}, params: [{name: d, value: '$(tasks.build.results.digest[0])'}]}]|tasks: [BUILD, {name: b, taskRef: {name: t}, params: [{name: d, value: '$(tasks.build.results.files[0])'}]}]",
        "result-type|tasks: [BUILD, {name: b, taskRef: {name: t}, params: [{name: d, value: $(tasks.build.results.digest.url)}]}]|tasks: [BUILD, {name: b, taskRef: {name: t}, params: [{name: d, value: $(tasks.build.results.image.url)}]}]",
        "result-type|tasks: [BUILD, {name: b, taskRef: {name: t}, params: [{name: d, value: 'x $(tasks.build.results.files)'}]}]|tasks: [BUILD, {name: b, taskRef: {name: t}, params: [{name: d, value: ['$(tasks.build.results.files[*])', x]}]}]",
        "result-type|tasks: [FAN], finally: [{name: b, taskRef: {name: t}, params: [{name: d, value: $(tasks.fan.results.digest)}]}]|tasks: [FAN], finally: [{name: b, taskRef: {name: t}, params: [{name: d, value: '$(tasks.fan.results.digest[*])'}]}]",
        // Parameters
        "param-missing|tasks: [{name: a, taskSpec: {params: [{name: p}], STEPS}}]|tasks: [{name: a, taskSpec: {params: [{name: p, default: x}], STEPS}}]",
        "param-missing|params: [{name: p}], tasks: [{name: a, taskSpec: {params: [{name: p}], STEPS}}]|params: [{name: p}], tasks: [{name: a, taskSpec: {steps: [{image: DIGEST, command: [$(params.p)]}]}}]",
        "param-missing|tasks: [{name: a, params: [{name: o, value: {x: v}}], taskSpec: {params: [{name: o, properties: {x: {}, z: {}}}], STEPS}}]|tasks: [{name: a, params: [{name: o, value: {x: v}}], taskSpec: {params: [{name: o, properties: {x: {}, z: {}}, default: {z: '1'}}], STEPS}}]",
        "param-missing|tasks: [{name: a, matrix: {params: [{name: q, value: [x]}]}, taskSpec: {params: [{name: p}, {name: q}], STEPS}}]|tasks: [{name: a, matrix: {params: [{name: q, value: [x]}], include: [{params: [{name: p, value: y}]}]}, taskSpec: {params: [{name: p}, {name: q}], STEPS}}]",
        "param-type|tasks: [{name: a, params: [{name: p, value: x}], taskSpec: {params: [{name: p, type: array}], STEPS}}]|tasks: [{name: a, params: [{name: p, value: [x]}], taskSpec: {params: [{name: p, type: array}], STEPS}}]",
        "param-type|tasks: [BUILD, {name: a, params: [{name: p, value: '$(tasks.build.results.files[*])'}], taskSpec: {params: [{name: p}], STEPS}}]|tasks: [BUILD, {name: a, params: [{name: p, value: '$(tasks.build.results.files[*])'}], taskSpec: {params: [{name: p, type: array}], STEPS}}]",
        "param-type|params: [{name: p}], tasks: [{name: a, params: [{name: p, value: $(params.p)}], taskSpec: {params: [{name: p, type: array}], STEPS}}]|params: [{name: p, type: array}], tasks: [{name: a, params: [{name: p, value: '$(params.p[*])'}], taskSpec: {params: [{name: p, type: array}], STEPS}}]",
        "param-type|params: [{name: p}], tasks: [{name: a, taskRef: {name: t}, params: [{name: q, value: '$(params.p[*])'}]}]|params: [{name: p, type: array}], tasks: [{name: a, taskRef: {name: t}, params: [{name: q, value: '$(params.p[*])'}]}]",
        "param-unused|tasks: [{name: a, params: [{name: p, value: x}], taskSpec: {STEPS}}]|tasks: [{name: a, params: [{name: p, value: x}], taskSpec: {params: [{name: p}], STEPS}}]",
        // Matrix
        "matrix-type|tasks: [{name: a, taskRef: {name: t}, matrix: {params: [{name: p, value: x}]}}]|tasks: [{name: a, taskRef: {name: t}, matrix: {params: [{name: p, value: [x]}]}}]",
        "matrix-type|params: [{name: p}], tasks: [{name: a, taskRef: {name: t}, matrix: {params: [{name: p, value: '$(params.p[*])'}]}}]|params: [{name: p, type: array}], tasks: [{name: a, taskRef: {name: t}, matrix: {params: [{name: p, value: '$(params.p[*])'}]}}]",
        "result-type|tasks: [BUILD, {name: a, taskRef: {name: t}, matrix: {params: [{name: p, value: '$(tasks.build.results.digest[*])'}]}}]|tasks: [BUILD, {name: a, taskRef: {name: t}, matrix: {params: [{name: p, value: '$(tasks.build.results.files[*])'}]}}]",
        "matrix-type|tasks: [BUILD, {name: a, taskRef: {name: t}, matrix: {params: [{name: p, value: $(tasks.build.results.digest)}]}}]|tasks: [BUILD, {name: a, taskRef: {name: t}, matrix: {params: [{name: p, value: [$(tasks.build.results.digest), x]}]}}]",
        "matrix-type|tasks: [{name: a, matrix: {params: [{name: p, value: [x]}]}, taskSpec: {params: [{name: p, type: array}], STEPS}}]|tasks: [{name: a, matrix: {params: [{name: p, value: [x]}]}, taskSpec: {params: [{name: p}], STEPS}}]",
        "matrix-type|tasks: [{name: a, taskRef: {name: t}, matrix: {include: [{params: [{name: p, value: [x]}]}]}}]|tasks: [{name: a, taskRef: {name: t}, matrix: {include: [{params: [{name: p, value: x}]}]}}]",
        "matrix-type|tasks: [BUILD, {name: a, taskRef: {name: t}, matrix: {params: [{name: p, value: '$(tasks.build.results.image[*])'}]}}]|tasks: [BUILD, {name: a, taskRef: {name: t}, matrix: {params: [{name: p, value: [$(tasks.build.results.image.url)]}]}}]",
        // Workspaces
        "workspace-unbound|tasks: [{name: a, taskSpec: {workspaces: [{name: w}], STEPS}}]|tasks: [{name: a, taskSpec: {workspaces: [{name: w, optional: true}], STEPS}}]",
        "workspace-unbound|workspaces: [{name: v}], tasks: [{name: a, workspaces: [{name: v}], taskSpec: {workspaces: [{name: w}], STEPS}}]|workspaces: [{name: v}], tasks: [{name: a, workspaces: [{name: w, workspace: v}], taskSpec: {workspaces: [{name: w}], STEPS}}]",
        "workspace-unbound|workspaces: [{name: v, optional: true}], tasks: [{name: a, workspaces: [{name: w, workspace: v}], taskSpec: {workspaces: [{name: w}], STEPS}}]|workspaces: [{name: v, optional: true}], tasks: [{name: a, workspaces: [{name: w, workspace: v}], taskSpec: {workspaces: [{name: w, optional: true}], STEPS}}]",
        "workspace-unbound|workspaces: [{name: w}], tasks: [{name: a, taskSpec: {workspaces: [{name: w}], STEPS}}]|workspaces: [{name: w}], tasks: [{name: a, taskSpec: {workspaces: [{name: w}], steps: [{image: DIGEST, command: [$(workspaces.w.path)]}]}}]",
        // Variables
        "variable-undeclared|tasks: [{name: a, taskSpec: {steps: [{image: DIGEST, command: [$(results.nope.path)]}]}}]|tasks: [{name: a, taskSpec: {results: [{name: r}], steps: [{image: DIGEST, command: [$(results.r.path)]}]}}]",
        "variable-undeclared|tasks: [{name: a, taskSpec: {sidecars: [{name: s, image: DIGEST, args: [$(params.nope)]}], STEPS}}]|params: [{name: p}], tasks: [{name: a, taskSpec: {sidecars: [{name: s, image: DIGEST, args: [$(params.p)]}], STEPS}}]",
      })
  void ofPipelines(String rule, String bad, String good) {
    fires("Pipeline", rule, bad, good);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "param-missing|pipelineSpec: {params: [{name: p}], tasks: [BUILD]}|params: [{name: p, value: x}], pipelineSpec: {params: [{name: p}], tasks: [BUILD]}",
        "param-missing|params: [{name: o, value: {x: v}}], pipelineSpec: {params: [{name: o, properties: {x: {}, z: {}}}], tasks: [BUILD]}|params: [{name: o, value: {x: v, z: a}}], pipelineSpec: {params: [{name: o, properties: {x: {}, z: {}}}], tasks: [BUILD]}",
        "param-type|params: [{name: p, value: x}], pipelineSpec: {params: [{name: p, type: array}], tasks: [BUILD]}|params: [{name: p, value: [x]}], pipelineSpec: {params: [{name: p, type: array}], tasks: [BUILD]}",
        "workspace-unbound|pipelineSpec: {workspaces: [{name: w}], tasks: [BUILD]}|workspaces: [{name: w, emptyDir: {}}], pipelineSpec: {workspaces: [{name: w}], tasks: [BUILD]}",
        "workspace-unbound|pipelineSpec: {tasks: [{name: a, taskSpec: {workspaces: [{name: w}], steps: [{image: DIGEST, command: [$(workspaces.w.path)]}]}}]}|workspaces: [{name: w, emptyDir: {}}], pipelineSpec: {tasks: [{name: a, taskSpec: {workspaces: [{name: w}], steps: [{image: DIGEST, command: [$(workspaces.w.path)]}]}}]}",
        "override-unmatched|taskRunSpecs: [{pipelineTaskName: biuld}], pipelineSpec: {tasks: [BUILD]}|taskRunSpecs: [{pipelineTaskName: build}], pipelineSpec: {tasks: [BUILD]}",
        "override-unmatched|taskRunSpecs: [{pipelineTaskName: a, stepSpecs: [{name: other, computeResources: {}}]}], pipelineSpec: {tasks: [{name: a, taskSpec: {steps: [{name: one, image: DIGEST, command: [a]}]}}]}|taskRunSpecs: [{pipelineTaskName: a, stepSpecs: [{name: one, computeResources: {}}]}], pipelineSpec: {tasks: [{name: a, taskSpec: {steps: [{name: one, image: DIGEST, command: [a]}]}}]}",
        "variable-undeclared|pipelineSpec: {tasks: [BUILD], finally: [{name: f, taskSpec: {steps: [{image: DIGEST, command: [$(params.nope)]}]}}]}|params: [{name: p, value: x}], pipelineSpec: {tasks: [BUILD], finally: [{name: f, taskSpec: {steps: [{image: DIGEST, command: [$(params.p)]}]}}]}",
        "variable-undeclared|pipelineSpec: {tasks: [BUILD], finally: [{name: f, taskRef: {name: t}, params: [{name: q, value: $(params.nope)}]}]}|params: [{name: p, value: x}], pipelineSpec: {tasks: [BUILD], finally: [{name: f, taskRef: {name: t}, params: [{name: q, value: $(params.p)}]}]}",
        "result-undeclared|pipelineSpec: {tasks: [BUILD, {name: b, taskRef: {name: t}, params: [{name: d, value: $(tasks.build.results.nope)}]}]}|pipelineSpec: {tasks: [BUILD, {name: b, taskRef: {name: t}, params: [{name: d, value: $(tasks.build.results.digest)}]}]}",
      })
  void ofPipelineRuns(String rule, String bad, String good) {
    fires("PipelineRun", rule, bad, good);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "param-missing|taskSpec: {params: [{name: p}], STEPS}|params: [{name: p, value: x}], taskSpec: {params: [{name: p}], STEPS}",
        "param-type|params: [{name: p, value: [x]}], taskSpec: {params: [{name: p}], STEPS}|params: [{name: p, value: '1'}], taskSpec: {params: [{name: p}], STEPS}",
        "param-unused|params: [{name: p, value: x}], taskSpec: {STEPS}|params: [{name: p, value: x}], workspaces: [{name: w, subPath: $(params.p), emptyDir: {}}], taskSpec: {STEPS}",
        "workspace-unbound|taskSpec: {workspaces: [{name: w}], STEPS}|workspaces: [{name: w, emptyDir: {}}], taskSpec: {workspaces: [{name: w}], STEPS}",
        "override-unmatched|stepSpecs: [{name: b, computeResources: {}}], taskSpec: {steps: [{name: a, image: DIGEST, command: [a]}]}|stepSpecs: [{name: a, computeResources: {}}], taskSpec: {steps: [{name: a, image: DIGEST, command: [a]}]}",
        "variable-undeclared|taskSpec: {steps: [{name: a, image: DIGEST, command: [$(step.results.nope.path)]}]}|taskSpec: {steps: [{name: a, image: DIGEST, results: [{name: r}], command: [$(step.results.r.path)]}]}",
        "variable-undeclared|taskSpec: {steps: [{name: a, image: DIGEST, command: [a]}, {name: b, image: DIGEST, command: [$(steps.a.results.nope)]}]}|taskSpec: {steps: [{name: a, ref: {name: s}}, {name: b, image: DIGEST, command: [$(steps.a.results.any)]}]}",
      })
  void ofTaskRuns(String rule, String bad, String good) {
    fires("TaskRun", rule, bad, good);
  }

  /** What propagates from outside into tasks that stand in a run. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "params: [{name: p, value: x}], pipelineSpec: {tasks: [{name: a, taskSpec: {steps: [{image: DIGEST, command: [$(params.p)]}]}}]}",
        "params: [{name: p, value: x}], pipelineSpec: {tasks: [{name: a, params: [{name: p, value: y}], taskSpec: {steps: [{image: DIGEST, command: [$(params.p)]}]}}]}",
        "workspaces: [{name: w, emptyDir: {}}], pipelineSpec: {tasks: [{name: a, taskSpec: {steps: [{image: DIGEST, command: [$(workspaces.w.path)]}]}}]}",
        "params: [{name: p, value: [x, y]}], pipelineSpec: {tasks: [{name: a, taskSpec: {steps: [{image: DIGEST, command: ['$(params.p[*])']}]}}]}",
        "pipelineSpec: {tasks: [BUILD, {name: b, taskSpec: {steps: [{image: DIGEST, command: [$(tasks.build.results.digest)]}]}}]}",
        "pipelineSpec: {tasks: [FAN, {name: b, taskRef: {name: t}, params: [{name: count, value: $(tasks.fan.matrix.length)}]}]}",
        "params: [{name: extra, value: x}], pipelineRef: {name: p}, taskRunSpecs: [{pipelineTaskName: any}]",
      })
  void whatPropagatesIsNotBlamed(String spec) {
    assertThat(
            problems("PipelineRun", spec).stream()
                .filter(problem -> !problem.rule().severity().equals("info"))
                .map(Problem::message))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"string, false", "array, true"})
  void aMatrixPassesStringsOn(String type, boolean refused) {
    String tasks =
        "tasks: [{name: fan, matrix: {params: [{name: os, value: [a]}]}, taskSpec: {params: [{name:"
            + " os}], results: [{name: r, type: %s}], STEPS}}, {name: b, taskRef: {name: t}, params:"
            + " [{name: d, value: '$(tasks.fan.results.r[*])'}]}]";

    assertThat(rules("Pipeline", tasks.formatted(type)).contains("matrix-invalid"))
        .isEqualTo(refused);
    assertThat(rules("Pipeline", tasks.formatted(type))).doesNotContain("result-type");
  }

  @Test
  void aNameThatIsNearIsOffered() {
    List<Problem> found =
        problems(
            "Pipeline",
            "tasks: [{name: a, params: [{name: modle, value: x}], taskSpec: {params: [{name:"
                + " model}], STEPS}}]");

    assertThat(found)
        .anySatisfy(problem -> {
          assertThat(problem.rule().id()).isEqualTo("param-missing");
          assertThat(problem.path()).isEqualTo("spec.tasks[0].params");
          assertThat(problem.fix()).isEqualTo("Write model for modle.");
        });
  }
}
