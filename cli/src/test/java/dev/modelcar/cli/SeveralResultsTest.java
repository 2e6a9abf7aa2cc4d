package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.oci.OciError;
import dev.modelcar.testkit.FreePort;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryAuth;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.registry.RegistrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command about several images or places has a result for each, and shows what it did. */
final class SeveralResultsTest {
  @TempDir Path folder;

  private final FakeRegistry registry = FakeRegistry.start();
  private String source = "";

  @BeforeEach
  void ship() throws IOException {
    source = "http://" + registry.authority() + "/team/model";
    for (String tag : List.of("v1", "v2", "v3")) {
      Path model = Files.createDirectories(folder.resolve("model-" + tag));
      Files.writeString(model.resolve("config.json"), "{\"tag\":\"" + tag + "\"}");
      run("ship", "" + model, "--base=none", "--to=" + source + ":" + tag).succeeds();
    }
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private Run run(String... words) {
    List<String> quick =
        List.of("mirror", "verify").contains(words[0])
            ? List.of("--retry-for", "300ms")
            : List.of();
    return Run.of(Map.of("HOME", folder.resolve("home").toString()), quick, words);
  }

  @Test
  void aMirrorServesWhoeverIsThere() throws IOException {
    String living = "http://" + registry.authority() + "/mirror/model";
    String dead = "http://127.0.0.1:" + FreePort.find() + "/mirror/model";
    Run run = run("mirror", source, living, dead);
    assertThat(run.code()).as(run.err()).isEqualTo(8);
    assertThat(registry.tags("mirror/model")).containsExactly("v1", "v2", "v3");
    for (String tag : List.of("v1", "v2", "v3")) {
      assertThat(run.out())
          .containsPattern("(?m)^" + tag + " sha256:\\S+: in .*/mirror/model:" + tag + "$");
      run.says(dead.substring(7) + ":" + tag);
    }
    long waits = run.err().lines().filter(line -> line.startsWith("waiting ")).count();
    assertThat(waits).as("waits for the dead host").isLessThanOrEqualTo(3);
    Run again = run("mirror", source, living, dead, "-o", "json");
    assertThat(again.code()).isEqualTo(8);
    JsonNode images = Json.parse(again.out()).path("images");
    assertThat(images).hasSize(3);
    for (JsonNode image : images) {
      assertThat(image.at("/targets/0/status").asText()).isEqualTo("done");
      assertThat(image.at("/targets/1/status").asText()).isEqualTo("failed");
    }
    assertThat(run("mirror", source, dead).code()).isEqualTo(6);
  }

  @Test
  void everyImageIsVerified() throws IOException {
    Run run = run("verify", source + ":none", source + ":v1", source + ":v2");
    assertThat(run.code()).isEqualTo(8);
    assertThat(run.out())
        .contains(":none: not verified, image-not-found")
        .containsPattern("model:v1 sha256:\\S+: good")
        .containsPattern("model:v2 sha256:\\S+: good");
    JsonNode json = Json.parse(run("verify", source + ":v1", source + ":none", "-o=json").out());
    assertThat(json.at("/images/0/good").asBoolean()).isTrue();
    assertThat(json.at("/images/1/good").asBoolean()).isFalse();
    assertThat(json.at("/images/1/error/id").asText()).isEqualTo("image-not-found");
    assertThat(json.path("good").asBoolean(true)).isFalse();
    JsonNode one = Json.parse(run("verify", source + ":v1", "-o=json").succeeds().out());
    assertThat(one.at("/images/0/good").asBoolean()).isTrue();
    assertThat(one.path("image").asText()).isEqualTo(source + ":v1");
    run("verify", source + ":none").failsWith(OciError.IMAGE_NOT_FOUND);
    assertThat(run("verify", source + ":none", source + ":gone").code()).isEqualTo(5);
  }

  @Test
  void everyLayerIsListedWithItsFiles() throws IOException {
    Path layout = folder.resolve("layout");
    run("copy", source + ":v1", "oci:" + layout + ":v1").succeeds();
    JsonNode before = Json.parse(run("inspect", source + ":v1", "--raw").out());
    JsonNode layer = before.path("layers").get(0);
    String manifest =
        before
            .toString()
            .replace("\"layers\":[" + layer, "\"layers\":[" + layer + "," + layer + "," + layer);
    manifest = manifest.replaceFirst("\"annotations\":\\{", "\"annotations\":{\"other\":\"x\",");
    registry.injectManifest(
        "team/model",
        "twice",
        "application/vnd.oci.image.manifest.v1+json",
        dev.modelcar.testkit.model.Content.of(manifest));
    Run run = run("inspect", source + ":twice", "--files").succeeds();
    assertThat(run.out().lines().filter(line -> line.startsWith("layer ")))
        .hasSize(before.path("layers").size() + 2);
    assertThat(run.out()).containsPattern("(?m)^  file +\\S+ \\S+ +models/config.json$");
    JsonNode json = Json.parse(run("inspect", source + ":v1", "--files", "-o=json").out());
    assertThat(json.at("/layers/0/files/0/path").asText()).startsWith("models/");
    assertThat(json.at("/layers/0/files/0/bytes").isIntegralNumber()).isTrue();
    assertThat(run("inspect", source + ":v1", "-o=json").out()).doesNotContain("\"files\"");
  }

  @Test
  void aListOfFilesCostsLittleOfALargeLayer() throws IOException {
    Path model = Files.createDirectories(folder.resolve("large"));
    Files.writeString(model.resolve("config.json"), "{}");
    Files.write(model.resolve("data.bin"), new byte[24 << 20]);
    run("ship", "" + model, "--base=none", "--allow-pickle", "--to=" + source + ":large")
        .succeeds();
    registry.clearRequests();
    assertThat(run("inspect", source + ":large", "--files").succeeds().out())
        .contains("models/data.bin", "24.0 MiB");
    long ranges =
        registry.requests(RegistryRequestKind.BLOB_GET).stream()
            .filter(request -> request.toString().contains("bytes="))
            .count();
    assertThat(ranges).as("requests that skip what nobody needs").isPositive();
  }

  @Test
  void whatIsKnownOfARegistryIsTyped() throws IOException {
    Run run = run("inspect", "--registry", "http://" + registry.authority(), "-o", "json");
    JsonNode json = Json.parse(run.succeeds().out());
    assertThat(json.path("mounts").isBoolean()).isTrue();
    assertThat(json.path("maxLayers").isIntegralNumber()).isTrue();
    assertThat(json.path("maxManifestBytes").asLong()).isEqualTo(4 << 20);
    assertThat(json.path("authentication").isArray()).isTrue();
    assertThat(json.path("upload").asText()).isEqualTo("stream-then-chunks");
  }

  @Test
  void requestsAreShownWithoutSecrets() throws IOException {
    RegistrySettings settings =
        RegistrySettings.defaults().withAuth(new RegistryAuth.Basic("me", "right horse"));
    try (FakeRegistry closed = FakeRegistry.start(settings)) {
      String to = "http://" + closed.authority() + "/team/model:v1";
      String auth = "" + LoginTest.authFile(folder, closed.authority(), "me", "right horse");
      String model = "" + folder.resolve("model-v1");
      Run run = run("ship", model, "--base=none", "--to", to, "--auth-file", auth, "-v").succeeds();
      String host = Pattern.quote("http://" + closed.authority());
      assertThat(run.err())
          .containsPattern("(?m)^GET " + host + "/v2/: 401, \\d+\\.\\d s$")
          .containsPattern("(?m)^PUT " + host + "/v2/team/model/manifests/v1: 201, ")
          .containsPattern("(?m)^PATCH " + host + "/v2/team/model/blobs/uploads/…: 202, ")
          .doesNotContain("right horse", "Basic ", "_state", "digest=");
      assertThat(run("verify", to, "--auth-file", auth).err()).doesNotContain("GET ");
      closed.faults().always(RegistryRequestKind.MANIFEST_GET, Fault.status(403));
      Run failed = run("verify", to, "--auth-file", auth, "-v");
      assertThat(failed.failsWith(OciError.REGISTRY_DENIED).err()).contains(": 403, ");
    }
  }
}
