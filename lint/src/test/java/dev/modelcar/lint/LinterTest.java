package dev.modelcar.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.lint.rules.Problem;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.schema.Schemas;
import dev.modelcar.lint.schema.Schemas.Tekton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a server would drop or refuse, with its place in the file. */
class LinterTest {
  private static final String TASK =
      """
      apiVersion: tekton.dev/v1
      kind: Task
      metadata:
        name: build
      spec:
        steps:
          - name: one
            image: registry.example.com/tool@sha256:0000000000000000000000000000000000000000000000000000000000000000
            command: [tool]
      """;

  private static final Linter NEWEST = new Linter(Schemas.of(Tekton.V1), Tekton.V1);

  static LintedFile lint(String text) {
    return lint(text.getBytes(StandardCharsets.UTF_8));
  }

  static LintedFile lint(byte[] bytes) {
    return NEWEST.lint("file.yaml", bytes);
  }

  private static List<String> errors(LintedFile file) {
    return file.all().stream()
        .filter(problem -> problem.rule().severity().equals("error"))
        .map(LinterTest::line)
        .toList();
  }

  private static String line(Problem problem) {
    return "%d:%d %s %s"
        .formatted(
            problem.place().line(), problem.place().column(), problem.rule().id(), problem.path());
  }

  @Test
  void aGoodTaskHasNoErrors() {
    assertThat(errors(lint(TASK))).isEmpty();
  }

  @Test
  void aFieldOfAnotherVersionIsDroppedFromV1AndKeptInV1beta1() {
    String text = TASK + "      resources: {limits: {memory: 8Gi}}\n";

    assertThat(errors(lint(text))).containsExactly("10:7 field-dropped spec.steps[0].resources");
    assertThat(errors(lint(text.replace("tekton.dev/v1", "tekton.dev/v1beta1")))).isEmpty();
  }

  @Test
  void theSameTypoIsRefusedWhereThereIsNoSchema() {
    String text =
        """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata: {name: run}
        spec:
          taskSpec:
            steps:
              - image: tool
                resources: {}
        """;

    assertThat(errors(lint(text)))
        .containsExactly("8:9 field-unknown spec.taskSpec.steps[0].resources");
  }

  @Test
  void eachCycleOfAPipelineIsReportedOnceAndWhatWaitsForItIsNot() {
    String tasks =
        """
        apiVersion: tekton.dev/v1
        kind: Pipeline
        metadata: {name: p}
        spec:
          tasks:
            - {name: a, taskRef: {name: t}, runAfter: [b]}
            - {name: b, taskRef: {name: t}, runAfter: [a]}
            - {name: c, taskRef: {name: t}, runAfter: [d]}
            - {name: d, taskRef: {name: t}, runAfter: [e]}
            - {name: e, taskRef: {name: t}, runAfter: [c]}
            - {name: f, taskRef: {name: t}, runAfter: [a, g]}
            - {name: g, taskRef: {name: t}}
            - {name: h, taskRef: {name: t}, runAfter: [h]}
        """;
    assertThat(lint(tasks).all().stream().map(Problem::message))
        .containsExactly(
            "tasks wait for each other: a, b",
            "tasks wait for each other: c, d, e",
            "tasks wait for each other: h");
  }

  @Test
  void anOldTektonRefusesWhatANewOneDrops() {
    Linter old = new Linter(Schemas.of(Tekton.V0_69), Tekton.V0_69);
    String text = TASK + "      resources: {}\n";

    assertThat(errors(old.lint("f", text.getBytes(StandardCharsets.UTF_8))))
        .containsExactly("10:7 field-unknown spec.steps[0].resources");
  }

  @Test
  void caseDoesNotMatterWhereThereIsNoSchema() {
    LintedFile file = lint(TASK + "  volumes: [{name: v, emptydir: {}}]\n");

    assertThat(errors(file)).isEmpty();
    assertThat(stored(file)).contains("\"emptyDir\":{}").doesNotContain("emptydir");
  }

  private static String stored(LintedFile file) {
    return dev.modelcar.lint.decode.JsonText.of(file.objects().getFirst().stored());
  }

  @Test
  void aRepeatedKeyIsReportedAndTheLastOneCounts() {
    LintedFile file = lint(TASK + "      command: [other]\n      image: last\n");

    assertThat(errors(file))
        .containsExactly(
            "10:7 key-repeated spec.steps[0].command", "11:7 key-repeated spec.steps[0].image");
    assertThat(stored(file)).contains("\"command\":[\"other\"]").contains("\"image\":\"last\"");
  }

  @Test
  void columnsCountCodePoints() {
    LintedFile file =
        lint("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: 🚗}, dta: 1}");

    assertThat(errors(file)).containsExactly("1:70 field-dropped dta");
  }

  @Test
  void whatIsNoYamlIsSaidWithItsPlace() {
    LintedFile file = lint(TASK + "---\na: [1\nb: 2\n");

    assertThat(file.objects()).hasSize(1);
    assertThat(file.all().getLast().rule()).isEqualTo(Rule.YAML_INVALID);
    assertThat(file.all().getLast().place().line()).isGreaterThan(10);
  }

  @Test
  void aliasesThatExplodeAreRefusedQuickly() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      String one = "*a" + (i - 1);
      bomb.append("a%d: &a%d [".formatted(i, i));
      bomb.append(String.join(", ", java.util.Collections.nCopies(10, one))).append("]\n");
    }

    assertThat(lint(bomb.toString()).all().getFirst().rule()).isEqualTo(Rule.YAML_ALIASES);
  }

  @Test
  void aTemplateIsNoManifest() {
    LintedFile file = lint("kind: Task\nmetadata:\n  name: {{ .Values.name }}\n");

    assertThat(file.all())
        .singleElement()
        .extracting(Problem::rule)
        .isEqualTo(Rule.TEMPLATE_SKIPPED);
  }

  @Test
  void jsonMayBeIndentedByTabs() {
    assertThat(
            errors(
                lint(
                    "{\n\t\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\",\n\t\"metadata\": {\"name\": \"a\"}, \"dta\": 1}")))
        .containsExactly("3:29 field-dropped dta");
  }

  @Test
  void textsForYaml11AreWhatTheServerTakesThemFor() {
    LintedFile file =
        lint(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: on, b: 0777, c: 'on'}}");

    assertThat(errors(file)).containsExactly("1:63 field-type data.a", "1:70 field-type data.b");
  }

  @Test
  void aVocabularyBesideManifestsIsNotParsed() {
    StringBuilder json = new StringBuilder("{\"model\":{\"vocab\":{");
    for (int i = 0; i < 60_000; i++) {
      json.append(i == 0 ? "" : ",").append("\"word-number-").append(i).append("\":").append(i);
    }
    byte[] bytes = json.append("}}}").toString().getBytes(StandardCharsets.UTF_8);
    LintedFile file = NEWEST.lint("tokenizer.json", bytes);
    assertThat(file.objects()).isEmpty();
    assertThat(file.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.rule()).isEqualTo(Rule.KIND_LEFT_ALONE));
  }
}
