package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.modelcar.core.Json;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.modelregistry.FakeModelRegistry;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands print is what the reference says. */
final class JsonSchemaTest {
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  @TempDir Path folder;

  private static JsonNode reference() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("docs/reference/json-schema.json"))) {
      root = java.util.Objects.requireNonNull(root.getParent());
    }
    return Json.parse(Files.readAllBytes(root.resolve("docs/reference/json-schema.json")));
  }

  private void prints(String definition, String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--output", "json"));
    Run run = Run.of(Map.of("HOME", folder.toString()), all.toArray(String[]::new));
    ObjectNode schema = ((ObjectNode) reference()).put("$ref", "#/$defs/" + definition);
    JsonSchema compiled = SCHEMAS.getSchema(schema);
    JsonNode document = Json.parse(run.out().getBytes(StandardCharsets.UTF_8));
    assertThat(compiled.validate(document)).as(definition + "\n" + run.out()).isEmpty();
  }

  private static String[] with(String[] options, String... words) {
    return Stream.concat(Stream.of(words), Stream.of(options)).toArray(String[]::new);
  }

  @Test
  void everyDocumentIsValid() throws IOException {
    Path model = folder.resolve("model");
    GeneratedModel.llama(81, 2, 64 << 10).withConsolidated().writeTo(model);
    String layout = "oci:" + folder.resolve("a");
    String one = layout + ":1";
    try (FakeRegistry registry = FakeRegistry.start();
        FakeModelRegistry server = FakeModelRegistry.start()) {
      String[] register = {"--model-registry", "" + server.uri(), "--model=m", "--version=v"};
      String[] to = {register[0], register[1]};
      String remote = "http://" + registry.authority() + "/team/m";
      prints("plan", "plan", "" + model, "--base=none", "--to", one);
      prints("ship", "ship", "" + model, "--base=none", "--to", one, "--to", remote + ":1");
      prints("plan", "ship", "" + model, "--base=none", "--to", remote + ":2", "--dry-run");
      prints("copy", "copy", one, remote + ":4");
      prints("mirror", "mirror", layout, "oci:" + folder.resolve("b"));
      prints("mirror", "mirror", layout, "oci:" + folder.resolve("c"), "--dry-run");
      prints("run-report", "report", "--run=r", "--status=Failed", "--task=ship=Failed/StepOOM");
      prints("verify", "verify", one);
      prints("verify", "verify", "--deep", one, layout + ":none");
      prints("inspect", "inspect", one, "--files");
      prints("inspect", "inspect", remote + ":1");
      prints("size", "size", "" + model);
      Path manifest =
          Files.writeString(
              folder.resolve("task.yaml"),
              "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: a}\nspec: {step: []}\n");
      prints("lint", "lint", "" + manifest, "--show-stored", "--fix");
      prints("size", "size", one, "--gpu=L4", "--context=4096");
      prints("size", "size", remote + ":1", "--gpu-memory=0.001TiB", "--gpus=1");
      prints("registry", "inspect", "--registry", "http://" + registry.authority());
      prints("tags", "tags", remote, "--digests");
      prints("tag", "tag", one, "2");
      prints("rm", "rm", layout + ":2", "--yes");
      prints("register", with(register, "register", remote + ":1"));
      prints("register", with(register, "register", remote + ":1"));
      prints(
          "ship",
          with(register, "ship", "" + model, "--base=none", "--to", remote + ":1", "--register"));
      prints("registry-list", with(to, "registry", "list"));
      prints("registry-list", with(to, "registry", "list", "m"));
      prints("registry-show", with(to, "registry", "show", "m"));
      prints("registry-show", with(to, "registry", "show", "m", "v"));
      prints("registry-state", with(to, "registry", "archive", "m", "v"));
      prints("registry-state", with(to, "registry", "restore", "m", "v"));
      prints("registry-catalog", "registry", "catalog", remote + ":1");
    }
    prints("fetch", "fetch", "" + model, folder.resolve("d").toString());
    prints("build", "build", "" + model, "--base=none");
    prints("explain", "explain", "hub-gated");
    prints("preflight", "preflight", "" + model, "--base=none", "--to", one);
    prints("rule", "explain", "volume-permission-denied");
    String cases = "../findings/src/test/resources/diagnosis/";
    prints("diagnose", "diagnose", cases + "stories/s4-archive-access");
    prints("diagnose", "diagnose", cases + "cluster/healthy-run");
    prints("failure", "ship", "none", "--to", one);
    prints("failure", "ship", "--no-such-option");
    prints("failure", "copy", "http://localhost:1/a:1", one, "--retry-for=1ms");
  }
}
