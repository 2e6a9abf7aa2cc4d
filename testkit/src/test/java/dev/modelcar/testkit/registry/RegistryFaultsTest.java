package dev.modelcar.testkit.registry;

import static dev.modelcar.testkit.registry.RegistryClient.digest;
import static dev.modelcar.testkit.registry.RegistryClient.location;
import static dev.modelcar.testkit.registry.RegistryClient.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.fault.When;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RegistryFaultsTest {
  private final byte[] bytes =
      GeneratedModel.llama(1, 1, 300_000).file("model.safetensors").content().bytes();
  private final FakeRegistry registry = FakeRegistry.start();
  private final FaultPlan<RegistryRequestKind> faults = registry.faults();
  private final RegistryClient client = new RegistryClient(registry.uri());

  @AfterEach
  void stop() {
    assertThat(registry.server().failures()).isEmpty();
    client.close();
    registry.close();
  }

  private byte[] imageManifest() {
    String layer = registry.inject("a/b", Content.of(bytes));
    return """
    {"schemaVersion":2,"config":{"digest":"%s","size":9},\
    "layers":[{"digest":"%1$s","size":9}]}\
    """
        .formatted(layer)
        .getBytes(StandardCharsets.UTF_8);
  }

  private HttpResponse<String> putManifest() throws Exception {
    return client.send(
        "PUT", "/v2/a/b/manifests/v1", imageManifest(), "Content-Type", RegistryClient.MANIFEST);
  }

  @Test
  void breaksAPatchInTheMiddle() throws Exception {
    faults.once(RegistryRequestKind.UPLOAD_PATCH, new Fault.Reset(When.IN_BODY, 100_000));
    String place = client.start("a/b");
    assertThatThrownBy(() -> client.send("PATCH", place, bytes)).isInstanceOf(IOException.class);
    assertThat(range(client.send("GET", place))).isEqualTo("0-99999");
    assertThat(registry.requests(RegistryRequestKind.UPLOAD_PATCH).getFirst().bytesReceived())
        .isEqualTo(100_000);
  }

  @Test
  void losesTheAnswerOfAClosingPut() throws Exception {
    faults.once(RegistryRequestKind.UPLOAD_CLOSE, new Fault.Drop(When.AFTER_BODY, 0));
    String place = location(client.send("PATCH", client.start("a/b"), bytes));
    assertThatThrownBy(() -> client.close(place, digest(bytes))).isInstanceOf(IOException.class);
    assertThat(registry.blob(digest(bytes))).isPresent();
  }

  @Test
  void hidesASuccessBehindAGateway() throws Exception {
    faults.once(
        RegistryRequestKind.UPLOAD_CLOSE, new Fault.Hidden(504, Headers.none(), "too slow"));
    String place = location(client.send("PATCH", client.start("a/b"), bytes));
    assertThat(client.close(place, digest(bytes)).statusCode()).isEqualTo(504);
    assertThat(registry.blob(digest(bytes))).isPresent();
  }

  @Test
  void answersAboutUploadsWrongly() throws Exception {
    faults
        .once(RegistryRequestKind.UPLOAD_START, new RegistryFault.MissingLocation())
        .once(
            RegistryRequestKind.UPLOAD_START,
            new RegistryFault.ForeignLocation("http://elsewhere:1"))
        .once(RegistryRequestKind.UPLOAD_PATCH, new RegistryFault.ZeroRange())
        .once(RegistryRequestKind.UPLOAD_STATUS, new RegistryFault.StaleRange(1000))
        .once(RegistryRequestKind.UPLOAD_STATUS, new RegistryFault.SessionVanished());
    assertThat(client.start("a/b")).isEmpty();
    assertThat(client.start("a/b")).startsWith("http://elsewhere:1/v2/a/b/blobs/uploads/");
    HttpResponse<String> patch = client.send("PATCH", client.start("a/b"), bytes);
    assertThat(range(patch)).isEqualTo("0-0");
    assertThat(range(client.send("GET", location(patch)))).isEqualTo("0-298999");
    assertThat(client.send("GET", location(patch)).statusCode()).isEqualTo(404);
  }

  @Test
  void losesBlobs() throws Exception {
    faults.once(RegistryRequestKind.UPLOAD_CLOSE, new RegistryFault.BlobVanished());
    String digest = client.push("a/b", bytes);
    assertThat(registry.blob(digest)).isEmpty();

    faults.once(RegistryRequestKind.MANIFEST_PUT, new RegistryFault.BlobVanished());
    assertThat(putManifest().body()).contains("MANIFEST_BLOB_UNKNOWN");

    registry.inject("a/b", Content.of(bytes));
    faults.once(RegistryRequestKind.BLOB_HEAD, new RegistryFault.BlobVanished());
    assertThat(client.send("HEAD", "/v2/a/b/blobs/" + digest).statusCode()).isEqualTo(404);
    faults.once(RegistryRequestKind.BLOB_HEAD, new RegistryFault.LyingHead(77));
    HttpResponse<String> lie = client.send("HEAD", "/v2/a/b/blobs/" + digest);
    assertThat(lie.statusCode()).isEqualTo(200);
    assertThat(lie.headers().firstValueAsLong("Content-Length")).hasValue(77);
  }

  @Test
  void lies() throws Exception {
    faults.once(RegistryRequestKind.MANIFEST_PUT, new RegistryFault.ManifestNotStored());
    assertThat(putManifest().statusCode()).isEqualTo(201);
    assertThat(registry.manifest("a/b", "v1")).isEmpty();

    faults.once(RegistryRequestKind.MANIFEST_PUT, new RegistryFault.ManifestAltered());
    assertThat(putManifest().statusCode()).isEqualTo(201);
    assertThat(registry.manifest("a/b", "v1").orElseThrow().digest())
        .isNotEqualTo(digest(imageManifest()));

    faults
        .once(RegistryRequestKind.MANIFEST_GET, new RegistryFault.WrongDigestHeader())
        .once(RegistryRequestKind.MANIFEST_GET, new RegistryFault.MissingDigestHeader());
    String header = "Docker-Content-Digest";
    assertThat(client.send("GET", "/v2/a/b/manifests/v1").headers().firstValue(header))
        .contains("sha256:" + "0".repeat(64));
    assertThat(client.send("GET", "/v2/a/b/manifests/v1").headers().firstValue(header)).isEmpty();
  }

  @Test
  void damagesWhatItSends() throws Exception {
    String path = "/v2/a/b/blobs/" + registry.inject("a/b", Content.of("0123456789"));
    faults
        .once(RegistryRequestKind.BLOB_GET, new Fault.FlippedByte(8))
        .once(RegistryRequestKind.BLOB_GET, new Fault.RangeIgnored())
        .once(RegistryRequestKind.BLOB_GET, new Fault.WrongContentRange())
        .once(RegistryRequestKind.BLOB_GET, new Fault.GzipBody());
    String[] range = {"Range", "bytes=7-"};
    assertThat(client.send("GET", path, range).body()).startsWith("7").endsWith("9").hasSize(3);
    assertThat(client.send("GET", path, range).statusCode()).isEqualTo(200);
    assertThat(client.send("GET", path, range).headers().firstValue("Content-Range"))
        .contains("bytes 8-10/10");
    HttpResponse<String> compressed = client.send("GET", path, range);
    assertThat(compressed.headers().firstValue("Content-Encoding")).contains("gzip");
  }

  @Test
  void speaksOfOtherThings() throws Exception {
    faults
        .once(RegistryRequestKind.PING, new Fault.Html(502))
        .once(RegistryRequestKind.PING, Fault.tooManyRequests(3))
        .once(RegistryRequestKind.PING, new RegistryFault.CredentialsRefused())
        .once(RegistryRequestKind.PING, new Fault.Garbage());
    assertThat(client.send("GET", "/v2/").body()).contains("<h1>502</h1>");
    assertThat(client.send("GET", "/v2/").headers().firstValue("Retry-After")).contains("3");
    assertThat(client.send("GET", "/v2/").statusCode()).isEqualTo(401);
    assertThatThrownBy(() -> client.send("GET", "/v2/")).isInstanceOf(IOException.class);
    assertThat(faults.hits()).isEqualTo(4);
  }

  @Test
  void skipsAndCountsRequestsThatFit() throws Exception {
    faults.add(RegistryRequestKind.TAGS, target -> target.contains("/b/"), 1, 2, Fault.status(503));
    String fits = "/v2/b/tags/list";
    assertThat(client.send("GET", fits).statusCode()).isEqualTo(404);
    assertThat(client.send("GET", "/v2/c/tags/list").statusCode()).isEqualTo(404);
    assertThat(client.send("GET", fits).statusCode()).isEqualTo(503);
    assertThat(client.send("GET", fits).statusCode()).isEqualTo(503);
    assertThat(client.send("GET", fits).statusCode()).isEqualTo(404);
  }
}
