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
}
