package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.modelregistry.ModelRegistryError;
import dev.modelcar.oci.OciError;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.fault.When;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.modelregistry.FakeModelRegistry;
import dev.modelcar.testkit.modelregistry.ModelRegistryRequest;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that are registered, by a command of its own, with a shipment, and as a transfer job. */
final class RegisterTest {
  private static final String CARD =
      """
      ---
      license: apache-2.0
      language: [en, de]
      base_model: org/base
      pipeline_tag: text-generation
      tags:
      - chat
      ---
      # A model
      """;

  @TempDir Path folder;

  private final FakeRegistry registry = FakeRegistry.start();
  private final FakeModelRegistry server = FakeModelRegistry.start();
  private final FakeHub hub = FakeHub.start();
  private final Map<String, String> variables = new HashMap<>();

  @BeforeEach
  void prepare() {
    variables.put("HOME", folder.toString());
    variables.put("HF_ENDPOINT", hub.endpoint().toString());
    variables.put("MODEL_REGISTRY_URL", server.uri().toString());
  }

  @AfterEach
  void stop() {
    registry.close();
    server.close();
    hub.close();
  }

  private String image(String tag) {
    return "http://" + registry.authority() + "/team/m:" + tag;
  }

  private Run run(String... words) {
    return Run.of(variables, words);
  }

  private String ship(int seed, String tag) throws IOException {
    Path model = folder.resolve("model-" + seed);
    GeneratedModel.llama(seed, 2, 64 << 10).writeTo(model);
    Files.writeString(model.resolve("README.md"), CARD);
    run("ship", "" + model, "--base=none", "--to", image(tag)).succeeds();
    return registry.manifest("team/m", tag).orElseThrow().digest();
  }

  private Run register(String tag, String... more) {
    List<String> words =
        new ArrayList<>(List.of("register", image(tag), "--model", "tiny", "--version", "v1"));
    words.addAll(List.of(more));
    return run(words.toArray(String[]::new));
  }

  private JsonNode json(Run run) throws IOException {
    return Json.parse(run.succeeds().out());
  }

  @Test
  void theVersionPointsToTheDigestAndSaysWhatTheModelIs() throws IOException {
    String digest = ship(1, "1");
    JsonNode first = json(register("1", "--property", "gpus=1", "-o", "json"));
    assertThat(first.path("artifact").path("uri").asText())
        .isEqualTo("oci://" + registry.authority() + "/team/m@" + digest);
    JsonNode properties = first.path("version").path("properties");
    assertThat(properties.path("image_digest").asText()).isEqualTo(digest);
    assertThat(properties.path("architecture").asText()).isEqualTo("LlamaForCausalLM");
    assertThat(properties.path("base_model").asText()).isEqualTo("org/base");
    assertThat(properties.path("parameters").asText()).matches("[1-9]\\d*");
    assertThat(properties.path("dtype").asText()).isNotEmpty();
    assertThat(properties.path("gpus").asText()).isEqualTo("1");
    assertThat(first.path("model").path("fields").path("license").asText()).isEqualTo("Apache-2.0");
    assertThat(first.path("model").path("fields").path("language").asText()).isEqualTo("en,de");
    assertThat(first.path("model").path("fields").path("readme").asText()).contains("# A model");

    register("1", "--property", "gpus=1").succeeds().says("already registered, nothing changed");
    assertThat(server.counts()).containsExactly(1, 1, 1);
  }

  @Test
  void noWeightsAreRead() throws IOException {
    Path model = folder.resolve("large");
    GeneratedModel.llama(9, 2, 16 << 20).writeTo(model);
    run("ship", "" + model, "--base=none", "--to", image("large")).succeeds();
    registry.clearRequests();
    register("large").succeeds();
    long read =
        registry.requests(RegistryRequestKind.BLOB_GET).stream()
            .mapToLong(request -> request.bytesSent())
            .sum();
    assertThat(read).isLessThan(20 << 20);
  }

  @Test
  void anotherImageNeedsToBeAllowed() throws IOException {
    String first = ship(1, "1");
    register("1").succeeds();
    ship(2, "2");
    register("2").failsWith(ModelRegistryError.MODEL_REGISTRY_VERSION_CONFLICT).says(first);
    register("2", "--replace").succeeds().says("replaced " + first);
  }

  @Test
  void wrongInputIsSaid() throws IOException {
    ship(1, "1");
    run("register", image("1"), "--model", "m")
        .failsWith(CoreError.USAGE_INVALID)
        .says("missing --version NAME");
    server.faults().add(ModelRegistryRequest.ANY, 0, 1, new Fault.Hang(When.AFTER_BODY, 0));
    run("registry", "list", "--retry-for=300ms", "--stall-timeout=1s").says("no response for 1 s");
    server.faults().clear();
    register("1", "--property", "image_digest=sha256:0")
        .failsWith(CoreError.USAGE_INVALID)
        .says("--property cannot set image_digest");
    run("register", "oci:" + folder.resolve("x") + ":1", "--model", "m", "--version", "v")
        .failsWith(CoreError.USAGE_INVALID)
        .says("takes an image in a registry");
    register("none").failsWith(OciError.IMAGE_NOT_FOUND);
    register("1", "--model-registry", "example.com:8080")
        .failsWith(ModelRegistryError.MODEL_REGISTRY_URL_INVALID);
    register("1", "--model-registry", "http://" + registry.authority())
        .failsWith(ModelRegistryError.MODEL_REGISTRY_NOT_FOUND);
    run("register", image("1"), "--model", "n".repeat(256), "--version", "v")
        .failsWith(ModelRegistryError.MODEL_REGISTRY_NAME_INVALID);
    run("ship", "" + folder.resolve("model-1"), "--to", image("1"), "--model", "m")
        .failsWith(CoreError.USAGE_INVALID)
        .says("need --register");
  }

  @Test
  void theTokenGoesToTheModelRegistryAlone() throws IOException {
    ship(1, "1");
    server.token("secret");
    register("1").failsWith(ModelRegistryError.MODEL_REGISTRY_UNAUTHORIZED);
    Path token = Files.writeString(folder.resolve("token"), "secret\n");
    register("1", "--token-file", "" + token).succeeds();
    register("1", "--token-file", server.uri().getAuthority() + "=" + token).succeeds();
    Files.writeString(token, "other");
    Run rejected =
        register("1", "--token-file", "" + token)
            .failsWith(ModelRegistryError.MODEL_REGISTRY_UNAUTHORIZED);
    assertThat(rejected.err()).doesNotContain("secret");
  }

  @Test
  void whatIsRegisteredIsListedArchivedAndRestored() throws IOException {
    ship(1, "1");
    register("1").succeeds();
    assertThat(run("registry", "list").succeeds().out()).contains("LIVE      tiny");
    assertThat(run("registry", "list", "tiny").succeeds().out()).contains("LIVE      v1");
    assertThat(run("registry", "show", "tiny", "v1").succeeds().out())
        .contains("architecture", "oci://" + registry.authority());
    assertThat(run("registry", "archive", "tiny", "v1").succeeds().out()).contains("ARCHIVED");
    run("registry", "archive", "tiny", "v1").succeeds().says("nothing changed");
    register("1").failsWith(ModelRegistryError.MODEL_REGISTRY_ARCHIVED);
    run("registry", "restore", "tiny", "v1").succeeds();
    register("1").succeeds().says("nothing changed");
    run("registry", "show", "none").failsWith(ModelRegistryError.MODEL_REGISTRY_ENTRY_NOT_FOUND);
    run("registry").failsWith(CoreError.USAGE_INVALID).says("missing command");
  }

  /**
   * As the task register-model gives them: what a parameter leaves empty is what the model says.
   */
  @Test
  void thePipelinesTaskLeavesOptionsEmpty() throws IOException {
    String digest = ship(1, "1");
    Path results = folder.resolve("results");
    Run run =
        run(
            "register",
            "oci://" + registry.authority() + "/team/m:1",
            "--model=tiny",
            "--version=v1",
            "--model-registry=",
            "--token-file=",
            "--model-format=:",
            "--description=",
            "--property-unless-empty=base_model=",
            "--property-unless-empty=quantization=none",
            "--property-unless-empty=gpu_requirement=1",
            "--replace=false",
            "--plain-http=true",
            "--tls-verify=true",
            "--results-dir=" + results,
            "-o",
            "json");
    JsonNode properties = json(run).path("version").path("properties");
    assertThat(properties.path("base_model").asText()).isEqualTo("org/base");
    assertThat(properties.has("quantization")).isFalse();
    assertThat(properties.path("gpu_requirement").asText()).isEqualTo("1");
    assertThat(properties.path("image_digest").asText()).isEqualTo(digest);
    assertThat(results.resolve("MODEL_VERSION_ID")).hasContent("2");
    assertThat(results.resolve("MODEL_ARTIFACT_ID")).hasContent("1");
  }

  @Test
  void aCataloguesEntryIsYaml() throws IOException {
    String digest = ship(1, "1");
    String yaml = run("registry", "catalog", image("1"), "--name", "a\"b").succeeds().out();
    assertThat(yaml)
        .startsWith("source: \"modelcar\"\nmodels:\n  - name: \"a\\\"b\"\n")
        .contains("    language:\n      - \"en\"\n")
        .contains("      - uri: \"oci://" + registry.authority() + "/team/m@" + digest + "\"");
  }

  @Test
  void aShipmentIsAnnouncedThenLive() throws IOException {
    Path model = folder.resolve("shipped");
    GeneratedModel.llama(3, 2, 64 << 10).writeTo(model);
    String[] words = {
      "ship",
      "" + model,
      "--base=none",
      "--to",
      image("3"),
      "--register",
      "--model",
      "tiny",
      "--version",
      "v3",
      "-o",
      "json"
    };
    JsonNode document = json(run(words).says("is PENDING"));
    assertThat(document.path("registration").path("artifact").path("state").asText())
        .isEqualTo("LIVE");
    assertThat(document.path("registration").path("artifact").path("uri").asText())
        .endsWith("@" + document.path("digest").asText());
    JsonNode again = json(run(words));
    assertThat(again.path("registration").path("unchanged").asBoolean()).isTrue();
    assertThat(server.counts()).containsExactly(1, 1, 1);
  }

  @Test
  void aShipmentThatFailsIsAbandoned() throws IOException {
    Path model = folder.resolve("failing");
    GeneratedModel.llama(4, 2, 64 << 10).writeTo(model);
    registry.faults().add(RegistryRequestKind.MANIFEST_PUT, 0, FaultPlan.ALWAYS, Fault.status(403));
    Run failed =
        run(
            "ship",
            "" + model,
            "--base=none",
            "--to",
            image("4"),
            "--register",
            "--model",
            "tiny",
            "--version",
            "v4",
            "--retry-for=1ms");
    assertThat(failed.code()).isEqualTo(4);
    assertThat(run("registry", "show", "tiny", "v4").succeeds().out()).contains("ABANDONED");
    registry.faults().clear();
  }

  /** The image is there, and the exit code says that it is not registered. */
  @Test
  void aModelRegistryThatIsGoneAfterThePushIsAFailure() throws IOException {
    Path model = folder.resolve("half");
    GeneratedModel.llama(5, 2, 64 << 10).writeTo(model);
    server.faults().add(ModelRegistryRequest.PATCH, 0, FaultPlan.ALWAYS, Fault.status(503));
    Run half =
        run(
            "ship",
            "" + model,
            "--base=none",
            "--to",
            image("5"),
            "--register",
            "--model",
            "tiny",
            "--version",
            "v5",
            "--retry-for=1ms",
            "-o",
            "json");
    assertThat(half.code()).isEqualTo(6);
    assertThat(Json.parse(half.out()).path("registration").path("error").path("id").asText())
        .isEqualTo("model-registry-unavailable");
    assertThat(registry.tags("team/m")).contains("5");
  }

  private void metadata(String name, String text) throws IOException {
    Path metadata = Files.createDirectories(folder.resolve("metadata"));
    Files.writeString(metadata.resolve(name), text);
  }

  private void transferring(String intent) {
    variables.putAll(
        Map.of(
            "MODEL_SYNC_SOURCE_TYPE",
            "uri",
            "MODEL_SYNC_SOURCE_URI",
            "hf://org/tiny",
            "MODEL_SYNC_DESTINATION_OCI_URI",
            image("t"),
            "MODEL_SYNC_DESTINATION_OCI_REGISTRY",
            registry.authority(),
            "MODEL_SYNC_MODEL_UPLOAD_INTENT",
            intent,
            "MODEL_SYNC_METADATA_CONFIGMAP_PATH",
            folder.resolve("metadata").toString(),
            "MODEL_SYNC_REGISTRY_SERVER_ADDRESS",
            "http://127.0.0.1",
            "MODEL_SYNC_REGISTRY_PORT",
            Integer.toString(server.uri().getPort()),
            "MODEL_SYNC_REGISTRY_IS_SECURE",
            "false",
            "TERMINATION_MESSAGE_PATH",
            folder.resolve("message").toString()));
  }

  private JsonNode message() throws IOException {
    return Json.parse(Files.readAllBytes(folder.resolve("message")));
  }

  private String transfer(String... more) {
    List<String> words = new ArrayList<>(List.of("transfer"));
    words.addAll(List.of(more));
    Run run = run(words.toArray(String[]::new)).succeeds();
    return run.out();
  }

  @Test
  void aTransferJobMeetsItsContract() throws IOException {
    hub.add("org/tiny", GeneratedModel.llama(6, 2, 64 << 10));
    ship(7, "base");
    metadata("RegisteredModel.name", "My model");
    metadata("RegisteredModel.owner", "team");
    metadata("ModelVersion.name", "1.0");
    metadata("ModelVersion.author", "me");
    metadata(
        "ModelVersion.customProperties",
        "{\"a\":{\"metadataType\":\"MetadataIntValue\",\"int_value\":\"3\"},\"b\":0.5}");
    metadata("ModelArtifact.name", "1.0");
    metadata("ModelArtifact.model_format_name", "onnx");
    metadata("ModelArtifact.model_source_kind", "Job");
    transferring("create_model");
    variables.put("MODEL_SYNC_DESTINATION_OCI_BASE_IMAGE", image("base"));
    transfer();
    JsonNode first = message();
    assertThat(first.path("intent").asText()).isEqualTo("create_model");
    String artifact = first.path("ModelArtifact").path("id").asText();
    assertThat(artifact).isEqualTo("1");
    transfer();
    assertThat(message()).isEqualTo(first);
    assertThat(server.counts()).containsExactly(1, 1, 1);
    String shown = run("registry", "show", "My model", "1.0").succeeds().out();
    assertThat(shown)
        .containsPattern("owner +team")
        .containsPattern("author +me")
        .containsPattern("modelFormatName +onnx")
        .containsPattern("modelSourceKind +Job")
        .contains("/team/m@" + registry.manifest("team/m", "t").orElseThrow().digest());

    // Another version below it, then the same artifact with another model.
    metadata("ModelVersion.name", "2.0");
    transferring("create_version");
    transfer("--model-id", first.path("RegisteredModel").path("id").asText());
    assertThat(message().path("ModelVersion").path("id").asText()).isNotEqualTo("1");
    hub.add("org/tiny", GeneratedModel.llama(8, 2, 64 << 10));
    transferring("update_artifact");
    transfer("--model-artifact-id=" + artifact);
    assertThat(message().path("ModelArtifact").path("id").asText()).isEqualTo(artifact);
    assertThat(run("registry", "show", "My model", "1.0").succeeds().out())
        .contains("replaced_digests", registry.manifest("team/m", "t").orElseThrow().digest());
  }

  @Test
  void aTransferJobThatFailsSaysWhy() throws IOException {
    transferring("create_model");
    metadata("RegisteredModel.name", "m");
    metadata("ModelVersion.name", "1");
    Run missing = run("transfer");
    assertThat(missing.code()).isEqualTo(4);
    assertThat(Files.readString(folder.resolve("message")))
        .startsWith("Unexpected error: the image was not pushed");
    assertThat(run("registry", "show", "m", "1").succeeds().out()).contains("ABANDONED");
    run("transfer", "--source-type", "s3").failsWith(CoreError.USAGE_INVALID).says("S3");
    run("transfer", "--no-such", "x").failsWith(CoreError.USAGE_INVALID).says("--no-such");
    run("transfer", "--model-upload-intent", "x").failsWith(CoreError.USAGE_INVALID);
  }

  @Test
  void aDryRunSaysWhatWouldBeRegisteredAndChangesNothing() throws IOException {
    Path model = folder.resolve("dry");
    GeneratedModel.llama(83, 2, 64 << 10).writeTo(model);
    String[] words = {
      "ship",
      "" + model,
      "--base=none",
      "--to",
      image("dry"),
      "--register",
      "--model=m",
      "--version=1"
    };
    String[] dry = Arrays.copyOf(words, words.length + 1);
    dry[words.length] = "--dry-run";
    assertThat(run(dry).succeeds().err()).contains("as the new version 1 of the new model m");
    assertThat(server.counts()).containsExactly(0, 0, 0);
    run(words).succeeds();
    assertThat(run(dry).succeeds().err())
        .contains("as the existing version 1 of the existing model m", "without --replace");
    dry[words.length] = "--to=oci:" + folder.resolve("layout") + ":1";
    dry[4] = "oci:" + folder.resolve("layout") + ":2";
    assertThat(run(dry).failsWith(CoreError.USAGE_INVALID).err()).contains("target in a registry");
  }
}
