package dev.modelcar.testkit.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.testkit.FreePort;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a hub listens, and how fast it is. */
final class HubConditionsTest {
  private static final String FILE = "/org/name/resolve/main/model.safetensors";

  private final GeneratedModel model = GeneratedModel.llama(1, 1, 1 << 20);

  private static HttpResponse<byte[]> get(HttpClient client, URI uri)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  private static URI location(HttpResponse<?> response) {
    return URI.create(response.headers().firstValue("Location").orElseThrow());
  }

  @Test
  void speaksTlsEverywhere(@TempDir Path folder) throws Exception {
    TestTls tls = TestTls.create(folder);
    try (FakeHub hub = FakeHub.start(HubAddress.loopback().withTls(tls.serverContext()));
        HttpClient client = HttpClient.newBuilder().sslContext(tls.clientContext()).build()) {
      hub.add("org/name", model);
      assertThat(hub.endpoint().getScheme()).isEqualTo("https");
      URI cdn = location(get(client, hub.endpoint().resolve(FILE)));
      assertThat(cdn.toString()).startsWith("https://localhost:");
      assertThat(get(client, cdn).body())
          .isEqualTo(model.file("model.safetensors").content().bytes());

      hub.pageSize(1);
      URI tree = hub.endpoint().resolve("/api/models/org/name/tree/main");
      assertThat(get(client, tree).headers().firstValue("Link").orElseThrow())
          .startsWith("<https://127.0.0.1:");
    }
  }

  @Test
  void isKnownByTheNamesItWasGiven() {
    try (FakeHub hub = FakeHub.start(HubAddress.on("127.0.0.1", "hub.test", "cdn.test"))) {
      assertThat(hub.endpoint())
          .hasScheme("http")
          .hasHost("hub.test")
          .hasPort(hub.hubServer().port());
    }
    assertThatThrownBy(() -> HubAddress.on("127.0.0.1", "same", "same"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void listensWhereItIsTold() {
    int hubPort = FreePort.find();
    HubAddress address = HubAddress.loopback().withPorts(hubPort, 0);
    try (FakeHub hub = FakeHub.start(address)) {
      assertThat(hub.endpoint()).hasPort(hubPort);
    }
  }

  @Test
  void comesBackOnItsPort() throws Exception {
    try (FakeHub hub = FakeHub.start();
        HttpClient client = HttpClient.newHttpClient()) {
      hub.add("org/name", model);
      URI info = hub.endpoint().resolve("/api/models/org/name");
      hub.hubServer().refuse();
      hub.hubServer().cutConnections();
      assertThatThrownBy(() -> get(client, info)).isInstanceOf(IOException.class);
      hub.hubServer().accept();
      assertThat(get(client, info).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void isAsSlowAsItIsTold() throws Exception {
    try (FakeHub hub = FakeHub.start();
        HttpClient client = HttpClient.newHttpClient()) {
      hub.add("org/name", model);
      URI cdn = location(get(client, hub.endpoint().resolve(FILE)));
      hub.rateLimit(1);
      assertTimesOut(cdn);
      assertThat(hub.requests(HubRequestKind.CDN).getLast().bytesSent()).isLessThan(100);
    }
  }

  @Test
  void tricklesOnce() throws Exception {
    try (FakeHub hub = FakeHub.start();
        HttpClient client = HttpClient.newHttpClient()) {
      hub.add("org/name", model);
      hub.faults().once(HubRequestKind.CDN, new Fault.Trickle(1));
      URI cdn = location(get(client, hub.endpoint().resolve(FILE)));
      assertTimesOut(cdn);
      assertThat(get(client, cdn).body()).hasSize(1 << 20);
    }
  }

  @Test
  void answersLateOnce() throws Exception {
    try (FakeHub hub = FakeHub.start();
        HttpClient client = HttpClient.newHttpClient()) {
      hub.add("org/name", model);
      hub.faults().once(HubRequestKind.REVISION, new Fault.Late(Duration.ofMinutes(5)));
      URI info = hub.endpoint().resolve("/api/models/org/name");
      assertTimesOut(info);
      assertThat(get(client, info).statusCode()).isEqualTo(200);
    }
  }

  private static void assertTimesOut(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setReadTimeout(300);
    assertThatThrownBy(() -> connection.getInputStream().readAllBytes())
        .isInstanceOf(SocketTimeoutException.class);
    connection.disconnect();
  }

  @Test
  void announcesTheChunkedForm() throws Exception {
    try (FakeHub hub = FakeHub.start().announceXet(true);
        HttpClient client = HttpClient.newHttpClient()) {
      hub.add("org/name", model);
      HttpResponse<byte[]> redirect = get(client, hub.endpoint().resolve(FILE));
      assertThat(redirect.headers().firstValue("X-Xet-Hash").orElseThrow()).hasSize(64);
      assertThat(redirect.headers().firstValue("Link").orElseThrow()).contains("xet-auth");
      URI tree = hub.endpoint().resolve("/api/models/org/name/tree/main");
      assertThat(new String(get(client, tree).body(), StandardCharsets.UTF_8)).contains("xetHash");
    }
  }

  @Test
  void namesACommitByItsFiles() {
    try (FakeHub hub = FakeHub.start()) {
      String first = hub.add("org/name", model).head("main");
      String same = hub.add("org/name", GeneratedModel.llama(1, 1, 1 << 20)).head("main");
      String other = hub.add("org/name", model.withChangedShard(1, 5)).head("main");
      assertThat(same).isEqualTo(first);
      assertThat(other).isNotEqualTo(first).hasSize(40);
    }
  }
}
