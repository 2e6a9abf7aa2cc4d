package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command around the linter: files, forms of output, exit codes. */
final class LintTest {
  private static final int FINDINGS = ErrorCategory.FINDINGS.exitCode();
  private static final String GOOD =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n";
  private static final String BAD =
      """
      apiVersion: tekton.dev/v1
      kind: TaskRun
      metadata: {name: a}
      spec:
        timeout: 1h
        taskRef: {name: a}
        resources: {}
      """;

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Run lint(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "lint";
    System.arraycopy(words, 0, all, 1, words.length);
    return Run.of(Map.of("HOME", folder.toString()), all);
  }

  private static JsonNode json(Run run) throws IOException {
    return Json.parse(run.out().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void goodFilesPass() throws IOException {
    Run run = lint(file("good.yaml", GOOD).toString());

    assertThat(run.code()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("0 errors, 0 warnings and 0 notes in 1 object of 1 file");
  }

  @Test
  void anErrorHasItsPlaceItsRuleAndItsFix() throws IOException {
    Path file = file("bad.yaml", BAD);
    Run run = lint(file.toString());

    assertThat(run.code()).isEqualTo(FINDINGS);
    assertThat(run.out())
        .contains(file + ":7:3: error field-dropped: unknown field resources")
        .contains("    fix: Rename it to computeResources.");
  }

  @Test
  void jsonHasTheSame() throws IOException {
    Path file = file("bad.yaml", BAD);
    JsonNode finding = json(lint("-o", "json", file.toString())).path("findings").path(0);

    assertThat(finding.path("file").asText()).isEqualTo(file.toString());
    assertThat(finding.path("line").asInt()).isEqualTo(7);
    assertThat(finding.path("column").asInt()).isEqualTo(3);
    assertThat(finding.path("path").asText()).isEqualTo("spec.resources");
    assertThat(finding.path("severity").asText()).isEqualTo("error");
    assertThat(finding.path("rule").asText()).isEqualTo("field-dropped");
    assertThat(finding.path("message").asText()).isNotEmpty();
    assertThat(finding.path("fix").asText()).isNotEmpty();
  }

  @Test
  void sarifHasResultsEvenIfThereAreNone() throws IOException {
    Run none = lint("--output", "sarif", file("good.yaml", GOOD).toString());
    JsonNode run = json(none).path("runs").path(0);

    assertThat(none.code()).isZero();
    assertThat(json(none).path("version").asText()).isEqualTo("2.1.0");
    assertThat(run.path("results").isArray()).isTrue();
    assertThat(run.path("results")).isEmpty();

    JsonNode bad = json(lint("--output", "sarif", file("b d.yaml", BAD).toString()));
    JsonNode result = bad.path("runs").path(0).path("results").path(0);
    JsonNode rules = bad.path("runs").path(0).path("tool").path("driver").path("rules");
    JsonNode place = result.path("locations").path(0).path("physicalLocation");
    assertThat(rules.path(result.path("ruleIndex").asInt()).path("id").asText())
        .isEqualTo(result.path("ruleId").asText());
    assertThat(result.path("level").asText()).isEqualTo("error");
    assertThat(result.path("message").path("text").asText()).isNotEmpty();
    assertThat(place.path("artifactLocation").path("uri").asText()).endsWith("b%20d.yaml");
    assertThat(place.path("region").path("startLine").asInt()).isEqualTo(7);
    assertThat(place.path("region").path("startColumn").asInt()).isEqualTo(3);
  }

  /** The part of SARIF 2.1.0 that is written, as the standard describes it. */
  private static final String SARIF =
      """
      {"type": "object", "additionalProperties": false, "required": ["version", "runs"],
       "properties": {
        "$schema": {"type": "string", "pattern": "^https://"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "items": {
          "type": "object", "additionalProperties": false, "required": ["tool", "results"],
          "properties": {
            "invocations": {"type": "array", "items": {
              "type": "object", "additionalProperties": false, "required": ["executionSuccessful"],
              "properties": {
                "executionSuccessful": {"type": "boolean"},
                "toolExecutionNotifications": {"type": "array", "items": {
                  "type": "object", "additionalProperties": false, "required": ["message"],
                  "properties": {
                    "level": {"enum": ["none", "note", "warning", "error"]},
                    "message": {"$ref": "#/$defs/text"}}}}}}},
            "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
              "type": "object", "required": ["name"], "properties": {
                "name": {"type": "string"}, "version": {"type": "string"},
                "rules": {"type": "array", "uniqueItems": true, "items": {
                  "type": "object", "additionalProperties": false, "required": ["id"],
                  "properties": {"id": {"type": "string"},
                    "shortDescription": {"$ref": "#/$defs/text"},
                    "fullDescription": {"$ref": "#/$defs/text"},
                    "help": {"$ref": "#/$defs/text"}}}}}}}},
            "results": {"type": "array", "items": {
              "type": "object", "additionalProperties": false,
              "required": ["message", "ruleId", "level", "locations"],
              "properties": {
                "ruleId": {"type": "string"},
                "ruleIndex": {"type": "integer", "minimum": 0},
                "level": {"enum": ["none", "note", "warning", "error"]},
                "message": {"$ref": "#/$defs/text"},
                "locations": {"type": "array", "minItems": 1, "items": {
                  "type": "object", "additionalProperties": false,
                  "required": ["physicalLocation"],
                  "properties": {
                    "physicalLocation": {
                      "type": "object", "additionalProperties": false,
                      "required": ["artifactLocation", "region"],
                      "properties": {
                        "artifactLocation": {"type": "object", "properties": {
                          "uri": {"type": "string", "format": "uri-reference", "pattern": "^[!-~]+$"}}},
                        "region": {"type": "object", "additionalProperties": false, "properties": {
                          "startLine": {"type": "integer", "minimum": 1},
                          "startColumn": {"type": "integer", "minimum": 1}}}}},
                    "logicalLocations": {"type": "array", "items": {
                      "type": "object", "properties": {
                        "fullyQualifiedName": {"type": "string", "minLength": 1}}}}}}}}}}}}}},
       "$defs": {"text": {"type": "object", "additionalProperties": false, "required": ["text"],
        "properties": {"text": {"type": "string", "minLength": 1}}}}}
      """;

  @Test
  void sarifKeepsToTheStandard() throws IOException {
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(SARIF);
    String[] files = {
      file("good.yaml", GOOD).toString(),
      file("b d/ä.yaml", BAD).toString(),
      file("broken.yaml", "a: [").toString(),
      file("empty.yaml", "").toString(),
      file("two.yaml", GOOD + "---\n" + BAD).toString()
    };
    for (String file : files) {
      Run run = lint("--output", "sarif", "--tekton", "1.0", file);
      assertThat(schema.validate(json(run))).as(run.out()).isEmpty();
    }
  }

  @Test
  void onlyLintHasSarif() {
    Run run = Run.of(Map.of("HOME", folder.toString()), "version", "--output", "sarif");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("this command does not print sarif");
    assertThat(lint("--output", "markdown", ".").err()).contains("use text or json or sarif");
  }

  @Test
  void theHelpNamesTheFormsThatThereAre() {
    assertThat(lint("--help").out()).contains("--output=text|json|sarif").contains("SARIF 2.1.0");
    assertThat(Run.of(Map.of(), "diagnose", "--help").out())
        .contains("--output=text|json|markdown");
    assertThat(Run.of(Map.of(), "plan", "--help").out()).doesNotContain("sarif");
  }

  @Test
  void aVersionThatIsNotKnownIsSaid() throws IOException {
    String file = file("good.yaml", GOOD).toString();
    for (String version : List.of("0.50", "3.0")) {
      Run run = lint("--tekton", version, "-o", "json", file);
      JsonNode tekton = json(run).path("tekton");

      assertThat(run.code()).isZero();
      assertThat(run.err().lines().filter(line -> line.startsWith("warning: ")))
          .singleElement()
          .asString()
          .contains(version, "0.69.1, 0.70.0, 1.15.0");
      assertThat(tekton.path("asked").asText()).isEqualTo(version);
      assertThat(tekton.path("known")).hasSize(3);
      assertThat(tekton.path("note").asText()).contains(version);
    }
    Run known = lint("--tekton", "0.70", file);
    assertThat(known.err()).contains("checked as in 1.15.0").doesNotContain("warning:");
    Run usual = lint("-o", "json", file);
    assertThat(usual.err()).doesNotContain("warning:");
    assertThat(json(usual).path("tekton").has("note")).isFalse();
  }

  @Test
  void pipesAndDevicesAreNotOpened() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe.yaml");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assumeTrue(made.waitFor() == 0);

    for (String path : List.of(pipe.toString(), "/dev/zero")) {
      Run run = lint(path);
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains(path + " is a pipe, a socket or a device");
    }
    assertThat(lint(folder.toString()).code()).isZero();
  }

  @Test
  void garbageIsNoYaml() throws IOException {
    byte[] garbage = new byte[100_000];
    new Random(7).nextBytes(garbage);
    Path file = Files.write(folder.resolve("garbage.yaml"), garbage);

    Run run = lint(file.toString());
    assertThat(run.code()).isEqualTo(FINDINGS);
    assertThat(run.out()).contains("yaml-invalid");
  }

  @Test
  void warningsFailStrictOnly() throws IOException {
    String path =
        file(
                "w.yaml",
                "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: a}\nspec:\n  steps: [{image: a}]\n")
            .toString();

    assertThat(lint(path).code()).isZero();
    assertThat(lint("--strict", path).code()).isEqualTo(FINDINGS);
  }

  @Test
  void fixWritesTheFileAndSaysWhatItDid() throws IOException {
    Path file = file("bad.yaml", BAD);
    Run run = lint("--fix", file.toString());

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("bad.yaml:7:3: fixed field-dropped");
    assertThat(Files.readString(file)).isEqualTo(BAD.replace("resources", "computeResources"));
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void foldersAreWalkedAndWhatIsHiddenIsNot() throws IOException {
    file("a/good.yaml", GOOD);
    file("a/b/bad.yml", BAD);
    file("a/.git/bad.yaml", BAD);
    file("a/readme.md", "x");

    assertThat(json(lint("-o", "json", folder.resolve("a").toString())).path("files").asInt())
        .isEqualTo(2);
  }

  @Test
  void aPatchOfKustomizeIsNoObject() throws IOException {
    file(
        "k/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches: [{path: p.yaml}]\n");
    String patch =
        "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: a}\nspec: {description: b}\n";
    file("k/p.yaml", patch);

    assertThat(lint(folder.resolve("k").toString()).code()).isZero();
    assertThat(lint(file("p.yaml", patch).toString()).code()).isEqualTo(FINDINGS);
    file("brief/kustomization.yaml", "patches: [{path: p.yaml}]\n");
    file("brief/p.yaml", patch);
    assertThat(lint(folder.resolve("brief").toString()).code()).isZero();
    String directive = GOOD.replace("data: {a: b}", "$patch: delete");
    assertThat(lint(file("q.yaml", directive).toString()).code()).isZero();
  }

  @Test
  void storedShowsWhatTheServerMakesOfIt() throws IOException {
    Run run = lint("--show-stored", file("bad.yaml", BAD).toString());

    assertThat(run.out())
        .contains("TaskRun a as the server stores it")
        .contains("- spec.resources: {}")
        .contains("+ spec.serviceAccountName: \"default\"");
  }

  @Test
  void whatIsNotThereIsAUsageError() {
    assertThat(lint(folder.resolve("none").toString()).code()).isEqualTo(2);
    assertThat(lint("--tekton", "latest", ".").code()).isEqualTo(2);
    assertThat(lint("--fix", "-").code()).isEqualTo(2);
  }
}
