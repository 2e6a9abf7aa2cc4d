package dev.modelcar.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.lint.schema.Schemas;
import dev.modelcar.lint.schema.Schemas.Tekton;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Fixes change the faulty lines and nothing else. */
class FixerTest {
  private static final Linter LINTER = new Linter(Schemas.of(Tekton.V1), Tekton.V1);

  private static String fix(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Fixer.Fixed once = new Fixer(LINTER).fix(LINTER.lint("f.yaml", bytes));
    Fixer.Fixed twice =
        new Fixer(LINTER).fix(LINTER.lint("f.yaml", once.text().getBytes(StandardCharsets.UTF_8)));
    assertThat(twice.text()).isEqualTo(once.text());
    assertThat(twice.fixed()).isEmpty();
    return once.text();
  }

  private static final String RUN =
      """
      # a run
      apiVersion: tekton.dev/v1
      kind: PipelineRun
      metadata: {name: run}
      spec:
        pipelineRef: {name: p}   # which
        timeout: 2h # long
        serviceAccountName: 'builder'
        podTemplate:
          # the group
          securityContext:
            fsGroup: 1

      """;

  @Test
  void fieldsMoveWithTheirCommentsAndQuotes() {
    assertThat(fix(RUN))
        .isEqualTo(
            """
            # a run
            apiVersion: tekton.dev/v1
            kind: PipelineRun
            metadata: {name: run}
            spec:
              pipelineRef: {name: p}   # which
              timeouts:
                pipeline: 2h # long
              taskRunTemplate:
                podTemplate:
                  # the group
                  securityContext:
                    fsGroup: 1
                serviceAccountName: 'builder'

            """);
  }

  @Test
  void lineEndsAndByteOrderMarkStay() {
    String text = "\ufeff" + RUN.replace("\n", "\r\n");

    assertThat(fix(text)).startsWith("\ufeff").doesNotContainPattern("[^\\r]\\n");
    assertThat(fix(text)).contains("timeouts:\r\n    pipeline: 2h # long\r\n");
  }

  @Test
  void keysAreRenamedAndTextsQuotedInPlace() {
    String text =
        """
        {apiVersion: tekton.dev/v1, kind: Task, metadata: {name: 't'},
         spec: {steps: [{image: a, "resources": {}, env: [{name: P, value: 8080}]}]}}
        """;

    assertThat(fix(text))
        .isEqualTo(
            text.replace("\"resources\"", "\"computeResources\"").replace("8080", "\"8080\""));
  }

  @Test
  void aFieldInAFlowMovesInPlace() {
    String text =
        "{apiVersion: tekton.dev/v1, kind: PipelineRun, metadata: {name: r}, spec: {timeout: 1h, pipelineRef: {name: p}}}";

    assertThat(fix(text)).isEqualTo(text.replace("timeout: 1h", "timeouts: {pipeline: 1h}"));
  }

  @Test
  void whatHasTwoAnswersIsLeftAlone() {
    String text =
        """
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: t}
        spec:
          steps:
            - image: a
              computeResources: {}
              resources: {}
        """;

    assertThat(fix(text)).isEqualTo(text);
  }

  /** Counted, not measured: how often a file is looked at does not depend on its faults. */
  @Test
  void manyFaultsAreFixedAtOnce() {
    StringBuilder task =
        new StringBuilder(
            "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: t}\nspec:\n  steps:\n");
    StringBuilder fixed = new StringBuilder(task);
    for (int i = 0; i < 1_200; i++) {
      String step = "    - name: s%d\n      image: a # \ud83d\ude00 %1$d\n      %s: {}\n";
      task.append(step.formatted(i, "resources"));
      fixed.append(step.formatted(i, "computeResources"));
    }
    for (int i = 0; i < 40; i++) {
      String run = "---\n" + RUN.replace("name: run", "name: run-" + i);
      task.append(run);
      fixed.append(fix(run));
    }
    assertThat(fix(task.toString())).isEqualTo(fixed.toString());
  }

  @Test
  void anObjectMovesIntoOneThatIsIndentedFurther() {
    String text =
        """
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata: {name: r}
        spec:
          taskRunTemplate:
                serviceAccountName: x
          podTemplate:
            securityContext:
              fsGroup: 1
          pipelineRef: {name: p}
        """;

    assertThat(fix(text))
        .isEqualTo(
            """
            apiVersion: tekton.dev/v1
            kind: PipelineRun
            metadata: {name: r}
            spec:
              taskRunTemplate:
                    podTemplate:
                      securityContext:
                        fsGroup: 1
                    serviceAccountName: x
              pipelineRef: {name: p}
            """);
  }

  /** One that cannot be fixed is no reason to leave the same in another object. */
  @Test
  void whatCannotBeFixedInOneObjectIsFixedInOthers() {
    String bad = RUN.replace("timeout: 2h # long", "timeout: 2h\n  timeouts: {pipeline: 1h}");
    String all = bad + "---\n" + RUN + "---\n" + bad + "---\n" + RUN;

    assertThat(fix(all))
        .isEqualTo(fix(bad) + "---\n" + fix(RUN) + "---\n" + fix(bad) + "---\n" + fix(RUN));
  }

  @Test
  void aNewLineEndsAsTheOneBeforeIt() {
    String text =
        "apiVersion: tekton.dev/v1\r\nkind: PipelineRun\nmetadata: {name: r}\nspec:\n  pipelineRef: {name: p}\n  timeout: 1h\n";

    assertThat(fix(text)).isEqualTo(text.replace("timeout: 1h", "timeouts:\n    pipeline: 1h"));
  }

  @Test
  void objectsInTheListOfAKindAreFixedLikeOthers() {
    String text =
        """
        apiVersion: tekton.dev/v1
        kind: TaskList
        metadata: {resourceVersion: ""}
        items:
          - apiVersion: tekton.dev/v1
            kind: Task
            metadata: {name: t}
            spec: {steps: [{image: a, resources: {}}]}
        """;

    assertThat(fix(text)).isEqualTo(text.replace("resources: {}", "computeResources: {}"));
  }
}
