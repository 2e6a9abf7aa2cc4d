package dev.modelcar.testkit.registry;

import static dev.modelcar.testkit.registry.RegistryClient.digest;
import static dev.modelcar.testkit.registry.RegistryClient.location;
import static dev.modelcar.testkit.registry.RegistryClient.range;
import static dev.modelcar.testkit.registry.RegistryClient.withDigest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.server.TestTls;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FakeRegistryTest {
  private final byte[] bytes =
      GeneratedModel.llama(1, 1, 300_000).file("model.safetensors").content().bytes();
  private final FakeRegistry registry = FakeRegistry.start();
  private final RegistryClient client = new RegistryClient(registry.uri());

  @AfterEach
  void stop() {
    assertThat(registry.server().failures()).isEmpty();
    client.close();
    registry.close();
  }

  private static byte[] manifest(String config, String layer) {
    return """
    {"schemaVersion":2,"mediaType":"%s",\
    "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":2},\
    "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":9}]}
    """
        .formatted(RegistryClient.MANIFEST, config, layer)
        .getBytes(StandardCharsets.UTF_8);
  }

  private String pushImage(String repository, String tag) throws Exception {
    String config = client.push(repository, "{}".getBytes(StandardCharsets.UTF_8));
    String layer = client.push(repository, bytes);
    byte[] manifest = manifest(config, layer);
    HttpResponse<String> put =
        client.send(
            "PUT",
            "/v2/" + repository + "/manifests/" + tag,
            manifest,
            "Content-Type",
            RegistryClient.MANIFEST);
    assertThat(put.statusCode()).isEqualTo(201);
    return digest(manifest);
  }

  @Test
  void uploadsInOnePatch() throws Exception {
    String place = client.start("a/b");
    assertThat(place).startsWith("http://" + registry.authority() + "/v2/a/b/blobs/uploads/");
    HttpResponse<String> patch = client.send("PATCH", place, bytes);
    assertThat(patch.statusCode()).isEqualTo(202);
    assertThat(range(patch)).isEqualTo("0-299999");

    HttpResponse<String> put = client.close(location(patch), digest(bytes));
    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(put.headers().firstValue("Docker-Content-Digest")).contains(digest(bytes));
    assertThat(registry.blob("a/b", digest(bytes)).orElseThrow().content().orElseThrow().bytes())
        .isEqualTo(bytes);
    assertThat(registry.blob("a/c", digest(bytes))).isEmpty();
    assertThat(registry.bytesReceived(digest(bytes))).isEqualTo(300_000);
    assertThat(registry.openUploads()).isZero();
  }

  @Test
  void uploadsInChunksInOrderOnly() throws Exception {
    String place = client.start("a/b");
    assertThat(client.patch(place, bytes, 100, 200).statusCode()).isEqualTo(416);
    HttpResponse<String> first = client.patch(place, bytes, 0, 100_000);
    assertThat(first.statusCode()).isEqualTo(202);
    HttpResponse<String> again = client.patch(location(first), bytes, 50_000, 200_000);
    assertThat(again.statusCode()).isEqualTo(416);
    assertThat(range(again)).isEqualTo("0-99999");
    HttpResponse<String> status = client.send("GET", location(first));
    assertThat(status.statusCode()).isEqualTo(204);
    assertThat(range(status)).isEqualTo("0-99999");

    HttpResponse<String> second = client.patch(location(status), bytes, 100_000, 300_000);
    assertThat(client.close(location(second), digest(bytes)).statusCode()).isEqualTo(201);
  }

  @Test
  void uploadsWithTheClosingPutOrASinglePost() throws Exception {
    String put = withDigest(client.start("a/b"), digest(bytes));
    assertThat(client.send("PUT", put, bytes).statusCode()).isEqualTo(201);

    byte[] other = Arrays.copyOf(bytes, 1000);
    String post = withDigest("/v2/a/b/blobs/uploads/", digest(other));
    assertThat(client.send("POST", post, other).statusCode()).isEqualTo(201);
    assertThat(registry.blob("a/b", digest(other))).isPresent();
  }

  @Test
  void keepsAnUploadWhoseDigestWasWrong() throws Exception {
    String place = location(client.send("PATCH", client.start("a/b"), bytes));
    HttpResponse<String> wrong = client.close(place, "sha256:" + "0".repeat(64));
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("DIGEST_INVALID");
    assertThat(client.close(place, digest(bytes)).statusCode()).isEqualTo(201);
  }

  @Test
  void takesSha512() throws Exception {
    String sha512 =
        "sha512:" + HexFormat.of().formatHex(BlobUpload.newDigest("SHA-512").digest(bytes));
    String put = withDigest(client.start("a/b"), sha512);
    assertThat(client.send("PUT", put, bytes).statusCode()).isEqualTo(201);
  }

  @Test
  void cancelsUploads() throws Exception {
    String place = client.start("a/b");
    assertThat(client.send("DELETE", place).statusCode()).isEqualTo(204);
    HttpResponse<String> late = client.send("PATCH", place, bytes);
    assertThat(late.statusCode()).isEqualTo(404);
    assertThat(late.body()).contains("BLOB_UPLOAD_UNKNOWN");
  }

  @Test
  void mountsFromAnotherRepository() throws Exception {
    String digest = client.push("a/b", bytes);
    String uploads = "/v2/c/d/blobs/uploads/?mount=" + digest;
    assertThat(client.send("POST", uploads + "&from=a/b").statusCode()).isEqualTo(201);
    assertThat(registry.blob("c/d", digest)).isPresent();
    assertThat(client.send("POST", uploads + "&from=x/y").statusCode()).isEqualTo(202);
    assertThat(client.send("POST", uploads).statusCode()).isEqualTo(202);
    assertThat(registry.requests(RegistryRequestKind.MOUNT)).hasSize(3);
  }

  @Test
  void readsBlobsWholeAndInRanges() throws Exception {
    String path = "/v2/a/b/blobs/" + client.push("a/b", bytes);
    HttpResponse<String> head = client.send("HEAD", path);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(300_000);
    HttpResponse<String> part = client.send("GET", path, "Range", "bytes=10-19");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.headers().firstValue("Content-Range")).contains("bytes 10-19/300000");
    assertThat(client.send("GET", "/v2/a/b/blobs/sha256:" + "0".repeat(64)).body())
        .contains("BLOB_UNKNOWN");
  }

  @Test
  void holdsManifestsByTagAndDigest() throws Exception {
    String digest = pushImage("a/b", "v1");
    for (String reference : List.of("v1", digest)) {
      HttpResponse<String> get = client.send("GET", "/v2/a/b/manifests/" + reference);
      assertThat(get.headers().firstValue("Content-Type")).contains(RegistryClient.MANIFEST);
      assertThat(get.headers().firstValue("Docker-Content-Digest")).contains(digest);
      assertThat(digest(get.body().getBytes(StandardCharsets.UTF_8))).isEqualTo(digest);
    }
    assertThat(client.send("HEAD", "/v2/a/b/manifests/v1").statusCode()).isEqualTo(200);
    assertThat(client.send("GET", "/v2/a/b/manifests/v2").body()).contains("MANIFEST_UNKNOWN");
    assertThat(client.send("DELETE", "/v2/a/b/manifests/" + digest).statusCode()).isEqualTo(202);
    assertThat(client.send("HEAD", "/v2/a/b/manifests/v1").statusCode()).isEqualTo(404);
  }

  @Test
  void refusesManifestsThatReferToNothing() throws Exception {
    String config = client.push("a/b", "{}".getBytes(StandardCharsets.UTF_8));
    byte[] manifest = manifest(config, "sha256:" + "0".repeat(64));
    HttpResponse<String> put =
        client.send(
            "PUT", "/v2/a/b/manifests/v1", manifest, "Content-Type", RegistryClient.MANIFEST);
    assertThat(put.statusCode()).isEqualTo(400);
    assertThat(put.body()).contains("MANIFEST_BLOB_UNKNOWN").contains("0".repeat(64));

    byte[] index =
        "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"sha256:%s\"}]}"
            .formatted("1".repeat(64))
            .getBytes(StandardCharsets.UTF_8);
    assertThat(
            client
                .send("PUT", "/v2/a/b/manifests/i", index, "Content-Type", RegistryClient.INDEX)
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void refusesManifestsThatAreNotWhatTheySay() throws Exception {
    String config = client.push("a/b", "{}".getBytes(StandardCharsets.UTF_8));
    byte[] manifest = manifest(config, config);
    String[] index = {"Content-Type", RegistryClient.INDEX};
    String[] right = {"Content-Type", RegistryClient.MANIFEST};
    String path = "/v2/a/b/manifests/";
    assertThat(client.send("PUT", path + "v1", manifest, index).body())
        .contains("MANIFEST_INVALID");
    assertThat(client.send("PUT", path + "v1", bytes, right).body()).contains("MANIFEST_INVALID");
    assertThat(client.send("PUT", path + "-bad", manifest, right).body()).contains("TAG_INVALID");
    String other = "sha256:" + "0".repeat(64);
    assertThat(client.send("PUT", path + other, manifest, right).body()).contains("DIGEST_INVALID");
  }

  @Test
  void listsTagsInPages() throws Exception {
    for (String tag : List.of("c", "a", "b")) {
      pushImage("a/b", tag);
    }
    HttpResponse<String> first = client.send("GET", "/v2/a/b/tags/list?n=2");
    assertThat(first.body()).contains("[\"a\",\"b\"]");
    assertThat(first.headers().firstValue("Link"))
        .contains("</v2/a/b/tags/list?n=2&last=b>; rel=\"next\"");
    assertThat(client.send("GET", "/v2/a/b/tags/list?n=2&last=b").body()).contains("[\"c\"]");
    assertThat(client.send("GET", "/v2/x/tags/list").body()).contains("NAME_UNKNOWN");
    assertThat(registry.tags("a/b")).containsExactly("a", "b", "c");
  }

  @Test
  void listsReferrers() throws Exception {
    String subject = pushImage("a/b", "v1");
    String empty = client.push("a/b", "{}".getBytes(StandardCharsets.UTF_8));
    byte[] signature =
        """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"application/x.signature",\
        "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},\
        "layers":[],"subject":{"mediaType":"%1$s","digest":"%3$s","size":1}}\
        """
            .formatted(RegistryClient.MANIFEST, empty, subject)
            .getBytes(StandardCharsets.UTF_8);
    HttpResponse<String> put =
        client.send(
            "PUT",
            "/v2/a/b/manifests/" + digest(signature),
            signature,
            "Content-Type",
            RegistryClient.MANIFEST);
    assertThat(put.headers().firstValue("OCI-Subject")).contains(subject);
    String path = "/v2/a/b/referrers/" + subject;
    assertThat(client.send("GET", path).body()).contains(digest(signature));
    HttpResponse<String> none = client.send("GET", path + "?artifactType=application/other");
    assertThat(none.body()).contains("\"manifests\":[]");
    assertThat(none.headers().firstValue("OCI-Filters-Applied")).contains("artifactType");
    registry.habits(Habits.standard().withReferrers(false));
    assertThat(client.send("GET", path).statusCode()).isEqualTo(404);
  }

  @Test
  void keepsOnlyDigestAndSizeWhenDiscarding(@TempDir Path folder) throws Exception {
    GeneratedModel model = GeneratedModel.llama(1, 1, 6 << 20);
    byte[] large = model.file("model.safetensors").content().bytes();
    for (Storage storage :
        List.of(new Storage.Discarding(), new Storage.Folder(folder), new Storage.Memory())) {
      try (FakeRegistry other =
              FakeRegistry.start(RegistrySettings.defaults().withStorage(storage));
          RegistryClient to = new RegistryClient(other.uri())) {
        String digest = to.push("a/b", large);
        StoredBlob blob = other.blob(digest).orElseThrow();
        assertThat(blob.size()).isEqualTo(6 << 20);
        boolean kept = !(storage instanceof Storage.Discarding);
        assertThat(blob.content().isPresent()).isEqualTo(kept);
        if (kept) {
          assertThat(blob.content().get().bytes()).isEqualTo(large);
        }
        String small = to.push("a/b", bytes);
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        other.blob(small).orElseThrow().content().orElseThrow().writeTo(part, 299_990, 300_000);
        assertThat(part.toByteArray()).isEqualTo(Arrays.copyOfRange(bytes, 299_990, 300_000));
        assertThat(
                to.send("HEAD", "/v2/a/b/blobs/" + digest)
                    .headers()
                    .firstValueAsLong("Content-Length"))
            .hasValue(6 << 20);
      }
    }
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void wantsAPassword() throws Exception {
    RegistryAuth auth = new RegistryAuth.Basic("user", "secret");
    try (FakeRegistry guarded = FakeRegistry.start(RegistrySettings.defaults().withAuth(auth));
        RegistryClient to = new RegistryClient(guarded.uri())) {
      HttpResponse<String> refused = to.send("GET", "/v2/");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate"))
          .contains("Basic realm=\"registry\"");
      to.authorizeBasic("user", "secret");
      assertThat(to.send("GET", "/v2/").statusCode()).isEqualTo(200);
      assertThat(guarded.requests().getLast().authorization()).contains("Basic");
    }
  }

  @Test
  void takesTheTokenThatIsGoodNowAsOpenShiftDoes() throws Exception {
    AtomicReference<String> token = new AtomicReference<>("first");
    RegistryAuth auth = RegistryAuth.OpenShift.currently(token::get);
    try (FakeRegistry guarded = FakeRegistry.start(RegistrySettings.defaults().withAuth(auth));
        RegistryClient to = new RegistryClient(guarded.uri())) {
      assertThat(to.send("GET", "/v2/").headers().firstValue("WWW-Authenticate").orElseThrow())
          .startsWith("Bearer realm=");
      to.authorize("Bearer first");
      assertThat(to.send("GET", "/v2/").statusCode()).isEqualTo(200);
      token.set("second");
      HttpResponse<String> expired = to.send("GET", "/v2/");
      assertThat(expired.statusCode()).isEqualTo(401);
      assertThat(expired.headers().firstValue("WWW-Authenticate"))
          .contains("Basic realm=openshift,error=\"access denied\"");
      to.authorizeBasic("any", "second");
      assertThat(to.send("GET", "/v2/").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void speaksTls(@TempDir Path folder) throws Exception {
    TestTls tls = TestTls.create(folder);
    try (FakeRegistry secure =
            FakeRegistry.start(RegistrySettings.defaults().withTls(tls.serverContext()));
        HttpClient http = HttpClient.newBuilder().sslContext(tls.clientContext()).build()) {
      HttpRequest start =
          HttpRequest.newBuilder(secure.uri().resolve("/v2/a/b/blobs/uploads/"))
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      assertThat(location(http.send(start, HttpResponse.BodyHandlers.discarding())))
          .startsWith("https://" + secure.authority() + "/v2/");
    }
  }

  @Test
  void isAsSlowAsItIsTold() throws Exception {
    String place = client.start("a/b");
    registry.rateLimit(1);
    HttpRequest patch =
        HttpRequest.newBuilder(registry.uri().resolve(place))
            .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(bytes))
            .timeout(Duration.ofMillis(300))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThatThrownBy(() -> http.send(patch, HttpResponse.BodyHandlers.discarding()))
          .isInstanceOf(HttpTimeoutException.class);
    }
    assertThat(registry.bytesReceived()).isLessThan(100);
  }

  @Test
  void holdsWhatWasInjected() throws Exception {
    String layer = registry.inject("a/b", Content.of(bytes));
    String digest =
        registry.injectManifest(
            "a/b", "v1", RegistryClient.MANIFEST, Content.of(manifest(layer, layer)));
    assertThat(client.send("GET", "/v2/a/b/manifests/" + digest).statusCode()).isEqualTo(200);
    assertThat(client.send("HEAD", "/v2/a/b/blobs/" + layer).statusCode()).isEqualTo(200);
    registry.forgetBlob(layer);
    assertThat(client.send("HEAD", "/v2/a/b/blobs/" + layer).statusCode()).isEqualTo(404);
    registry.forgetManifest("a/b", "v1");
    assertThat(registry.manifest("a/b", "v1")).isEmpty();
  }
}
