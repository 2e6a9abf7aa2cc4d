package dev.modelcar.http.apache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.Timeouts;
import dev.modelcar.http.TransportException;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.http.settings.ProxySettings;
import dev.modelcar.http.settings.TrustSettings;
import dev.modelcar.testkit.FreePort;
import dev.modelcar.testkit.net.Pace;
import dev.modelcar.testkit.server.Ending;
import dev.modelcar.testkit.server.Handler;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One exchange at a time, over good connections and bad ones. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class TransportTest {
  private static final Timeouts SHORT = Timeouts.of(Duration.ofMillis(500));

  private HttpTransport transport = new ApacheTransport(HttpSettings.standard("test/1"));

  @AfterEach
  void close() {
    transport.close();
  }

  private void use(HttpSettings settings) {
    transport.close();
    transport = new ApacheTransport(settings);
  }

  private static HttpRequest get(TestServer server, String path) {
    return HttpRequest.get(server.uri().resolve(path)).with(SHORT);
  }

  private static void failsAs(TransportException.Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TransportException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
  }

  private String text(HttpRequest request) throws IOException {
    try (HttpResponse response = transport.send(request)) {
      return response.status() + " " + new String(response.bytes(1 << 20), StandardCharsets.UTF_8);
    }
  }

  /** A body that never ends by itself, of zeros. */
  private static RequestBody zeros(long length) {
    return new RequestBody() {
      @Override
      public OptionalLong length() {
        return OptionalLong.of(length);
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        byte[] chunk = new byte[256 << 10];
        for (long left = length; left > 0; left -= chunk.length) {
          out.write(chunk, 0, (int) Math.min(left, chunk.length));
        }
      }
    };
  }

  private static TestServer answering(int status, Headers headers, String body) {
    return TestServer.start(
        call -> call.respond(status, headers, body.getBytes(StandardCharsets.UTF_8)));
  }

  // ---- good connections ----

  @Test
  void sendsWhatItIsGivenAndChangesNothing() throws IOException {
    Handler echo =
        call -> {
          byte[] body = call.readBody(1000);
          String seen =
              call.method()
                  + " "
                  + call.target()
                  + " "
                  + call.header("X-One").orElse("")
                  + " "
                  + call.header("User-Agent").orElse("")
                  + " "
                  + call.header("Accept-Encoding").orElse("none")
                  + " "
                  + new String(body, StandardCharsets.UTF_8);
          call.respond(200, Headers.none(), seen.getBytes(StandardCharsets.UTF_8));
        };
    try (TestServer server = TestServer.start(echo)) {
      HttpRequest request =
          HttpRequest.of("PATCH", URI.create(server.uri() + "/a%2Fb?x=%3D&y=~+"))
              .with("X-One", "1")
              .with(RequestBody.of("body"));
      assertThat(text(request)).isEqualTo("200 PATCH /a%2Fb?x=%3D&y=~+ 1 test/1 none body");
    }
  }

  @Test
  void redirectsAreTheCallersBusiness() throws IOException {
    try (TestServer server = answering(307, Headers.of("Location", "/elsewhere"), "")) {
      try (HttpResponse response = transport.send(get(server, "/"))) {
        assertThat(response.isRedirect()).isTrue();
        assertThat(response.headers().first("location")).contains("/elsewhere");
      }
      assertThat(server.connectionsAccepted()).isEqualTo(1);
    }
  }

  @Test
  void connectionsAreUsedAgain() throws IOException {
    try (TestServer server = answering(200, Headers.none(), "x".repeat(1000))) {
      for (int i = 0; i < 5; i++) {
        transport.send(get(server, "/")).close();
      }
      assertThat(server.connectionsAccepted()).isEqualTo(1);
    }
  }

  @Test
  void aConnectionThatWasClosedAfterAnAnswerIsNotUsedAgain() throws IOException {
    Handler closing =
        call -> {
          call.respond(200, Headers.none(), "x".getBytes(StandardCharsets.UTF_8));
          call.drop();
        };
    try (TestServer server = TestServer.start(closing)) {
      for (int i = 0; i < 50; i++) {
        assertThat(text(get(server, "/"))).isEqualTo("200 x");
      }
    }
  }

  // ---- early answers ----

  @Test
  void aRefusalThatComesBeforeTheBodyWasSentIsHeard() throws IOException {
    for (int status : List.of(401, 413, 416)) {
      try (TestServer server = answering(status, Headers.none(), "no");
          HttpResponse response =
              transport.send(
                  HttpRequest.of("PATCH", server.uri())
                      .with(zeros(1L << 40))
                      .with(Timeouts.of(Duration.ofSeconds(20))))) {
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.requestSent()).isFalse();
      }
    }
  }

  /** Servers may say 100, 102 and 103 whenever they like (RFC 9110, 15.2). */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatComesBeforeTheAnswerIsNotTheAnswer(boolean secure, @TempDir Path folder)
      throws IOException {
    Handler talkative =
        call -> {
          call.inform(100);
          call.inform(102);
          for (int part = 0; part < 8; part++) {
            call.body().skipNBytes(1 << 20);
            call.inform(102);
          }
          call.inform(103);
          call.respond(201, Headers.none(), "got it".getBytes(StandardCharsets.UTF_8));
        };
    Optional<TestTls> tls = secure ? Optional.of(TestTls.create(folder)) : Optional.empty();
    tls.ifPresent(known ->
        use(HttpSettings.standard("test").with(TrustSettings.standard().withFile(known.caFile()))));
    try (TestServer server =
        TestServer.start("127.0.0.1", 0, tls.map(TestTls::serverContext), talkative)) {
      for (int i = 0; i < 3; i++) {
        HttpRequest request =
            HttpRequest.of("PUT", server.uri())
                .with(zeros(8 << 20))
                .with(Timeouts.of(Duration.ofSeconds(3)));
        assertThat(text(request)).isEqualTo("201 got it");
      }
      assertThat(server.connectionsAccepted()).isEqualTo(1);
    }
  }

  @Test
  void whatABodyThrowsComesOutAsItIs() {
    IOException own = new IOException("the disk broke");
    RequestBody broken =
        new RequestBody() {
          @Override
          public OptionalLong length() {
            return OptionalLong.of(10);
          }

          @Override
          public void writeTo(OutputStream out) throws IOException {
            throw own;
          }
        };
    try (TestServer server = answering(200, Headers.none(), "")) {
      assertThatThrownBy(() -> transport.send(HttpRequest.of("PUT", server.uri()).with(broken)))
          .isSameAs(own);
    }
  }

  // ---- bad connections ----

  @Test
  void silenceIsNoticedWhereverItIs() {
    try (TestServer server = TestServer.start(call -> call.hang())) {
      failsAs(TransportException.Kind.STALLED, () -> transport.send(get(server, "/")));
      failsAs(
          TransportException.Kind.STALLED,
          () ->
              transport.send(
                  HttpRequest.of("PATCH", server.uri()).with(zeros(1L << 40)).with(SHORT)));
    }
    Handler halfway =
        call -> {
          call.stream(200, Headers.none(), 1000).write(new byte[10]);
          call.hang();
        };
    try (TestServer server = TestServer.start(halfway)) {
      failsAs(TransportException.Kind.STALLED, () -> text(get(server, "/")));
    }
  }

  /** The kernel's queue drains for longer than the limit, so the link is slow and not silent. */
  @Test
  void aSlowPeerIsNotASilentOne() throws IOException {
    Handler slow =
        call -> {
          call.paceBody(Pace.bytesPerSecond(4 << 20));
          call.body().transferTo(OutputStream.nullOutputStream());
          call.respond(200, Headers.none());
        };
    try (TestServer server = TestServer.start(slow)) {
      HttpRequest request =
          HttpRequest.of("PUT", server.uri())
              .with(zeros(12 << 20))
              .with(new Timeouts(Duration.ofSeconds(20), Duration.ofMillis(800)));
      assertThat(text(request)).isEqualTo("200 ");
    }
  }

  @Test
  void halfAHeadIsNoAnswer() throws IOException {
    for (int cut = 0; cut < 60; cut++) {
      int bytes = cut;
      try (TestServer server =
          TestServer.start(call -> {
            call.loseAnswer(Ending.DROP, bytes);
            call.respond(201, Headers.of("Location", "http://127.0.0.1:4000/x"), new byte[0]);
          })) {
        failsAs(TransportException.Kind.BROKEN, () -> text(get(server, "/")));
      }
    }
  }

  @Test
  void endsOfConnectionsHaveNames() {
    try (TestServer server = TestServer.start(call -> call.reset())) {
      failsAs(TransportException.Kind.BROKEN, () -> transport.send(get(server, "/")));
    }
    try (TestServer server = TestServer.start(call -> call.drop())) {
      failsAs(TransportException.Kind.BROKEN, () -> transport.send(get(server, "/")));
    }
    Handler cut =
        call -> {
          call.stream(200, Headers.none(), 1000).write(new byte[10]);
          call.drop();
        };
    try (TestServer server = TestServer.start(cut)) {
      failsAs(TransportException.Kind.TRUNCATED, () -> text(get(server, "/")));
    }
    failsAs(
        TransportException.Kind.UNREACHABLE,
        () -> transport.send(HttpRequest.get(URI.create("http://127.0.0.1:" + FreePort.find()))));
    failsAs(
        TransportException.Kind.UNKNOWN_HOST,
        () -> transport.send(HttpRequest.get(URI.create("http://no-such-host.invalid/"))));
  }

  @Test
  void closingAScopeEndsItsExchangesAndNoOthers() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    Handler handler =
        call -> {
          if (call.path().equals("/hang")) {
            reached.countDown();
            call.hang();
          }
          call.respond(200, Headers.none());
        };
    try (TestServer server = TestServer.start(handler)) {
      HttpTransport scope = transport.scope();
      Thread closer =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  reached.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                scope.close();
              });
      HttpRequest hanging = HttpRequest.get(server.uri().resolve("/hang"));
      failsAs(TransportException.Kind.CANCELLED, () -> scope.send(hanging));
      closer.join();
      failsAs(TransportException.Kind.CANCELLED, () -> scope.send(get(server, "/")));
      assertThat(text(get(server, "/"))).isEqualTo("200 ");
    }
  }

  // ---- TLS ----

  @Test
  void serversAreBelievedByTheirAuthority(@TempDir Path folder) throws IOException {
    TestTls tls = TestTls.create(Files.createDirectory(folder.resolve("own")));
    TestTls other = TestTls.create(Files.createDirectory(folder.resolve("other")));
    Handler handler = call -> call.respond(200, Headers.none());
    HttpSettings standard = HttpSettings.standard("test");
    TrustSettings trust = TrustSettings.standard();
    try (TestServer server =
        TestServer.start("127.0.0.1", 0, Optional.of(tls.serverContext()), handler)) {
      failsAs(TransportException.Kind.UNTRUSTED, () -> transport.send(get(server, "/")));
      use(standard.with(trust.withFile(other.caFile())));
      failsAs(TransportException.Kind.UNTRUSTED, () -> transport.send(get(server, "/")));
      use(standard.with(trust.withFile(other.caFile()).withFile(tls.caFile())));
      assertThat(text(get(server, "/"))).isEqualTo("200 ");
      use(standard.with(trust.withUnverified(Set.of(server.authority()))));
      assertThat(text(get(server, "/"))).isEqualTo("200 ");

      Path hostFolder =
          Files.createDirectories(
              folder.resolve("home/.config/containers/certs.d/" + server.authority()));
      Files.copy(tls.caFile(), hostFolder.resolve("ca.crt"));
      use(standard.with(TrustSettings.of(Map.of("HOME", folder.resolve("home").toString()))));
      assertThat(text(get(server, "/"))).isEqualTo("200 ");
    }
  }

  @Test
  void foldersOfAuthoritiesAreAListOfWhichSomeMayBeMissing(@TempDir Path folder)
      throws IOException {
    TestTls tls = TestTls.create(Files.createDirectory(folder.resolve("own")));
    Path there = Files.createDirectory(folder.resolve("authorities"));
    Files.copy(tls.caFile(), there.resolve("ca.pem"));
    try (TestServer server =
        TestServer.start(
            "127.0.0.1",
            0,
            Optional.of(tls.serverContext()),
            call -> call.respond(200, Headers.none()))) {
      String list = folder.resolve("missing") + ":" + there;
      use(HttpSettings.standard("test").with(TrustSettings.of(Map.of("SSL_CERT_DIR", list))));
      assertThat(text(get(server, "/"))).isEqualTo("200 ");
    }
  }

  @Test
  void plainHttpOnATlsPortIsSaid() {
    try (TestServer server = answering(200, Headers.none(), "")) {
      URI tls = URI.create("https://" + server.authority());
      failsAs(TransportException.Kind.PLAIN_HTTP, () -> transport.send(HttpRequest.get(tls)));
    }
  }

  // ---- proxies ----

  private void throughProxy(String proxy) {
    use(
        HttpSettings.standard("test")
            .with(ProxySettings.of(Map.of("HTTP_PROXY", proxy, "HTTPS_PROXY", proxy))));
  }

  @Test
  void plainRequestsGoThroughTheProxyWithItsCredentials() throws IOException {
    Handler handler =
        call ->
            call.respond(
                200,
                Headers.none(),
                (call.target() + " " + call.header("Proxy-Authorization").orElse(""))
                    .getBytes(StandardCharsets.UTF_8));
    try (TestServer proxy = TestServer.start(handler)) {
      throughProxy("http://me:pw@" + proxy.authority());
      assertThat(text(HttpRequest.get(URI.create("http://model.test/x?y=1"))))
          .isEqualTo("200 http://model.test/x?y=1 Basic bWU6cHc=");
    }
  }

  @Test
  void aProxyThatRefusesIsNamed() {
    Handler refusing = call -> call.respond(407, Headers.of("Proxy-Authenticate", "Basic realm=x"));
    try (TestServer proxy = TestServer.start(refusing)) {
      throughProxy(proxy.authority());
      for (String scheme : List.of("http", "https")) {
        failsAs(
            TransportException.Kind.PROXY,
            () -> transport.send(HttpRequest.get(URI.create(scheme + "://model.test/"))));
      }
    }
  }

  /** A challenge of the proxy must not be met with the server's credentials. */
  @Test
  void whatAProxySaysInsteadOfATunnelIsNoAnswerOfTheServer() {
    for (int status : List.of(302, 401, 403, 404, 503)) {
      Handler refusing =
          call -> call.respond(status, Headers.of("WWW-Authenticate", "Basic realm=\"proxy\""));
      try (TestServer proxy = TestServer.start(refusing)) {
        throughProxy(proxy.authority());
        assertThatThrownBy(
                () -> transport.send(HttpRequest.get(URI.create("https://model.test/v2/"))))
            .isInstanceOfSatisfying(
                TransportException.class,
                e ->
                    assertThat(e.kind())
                        .isEqualTo(
                            status == 503
                                ? TransportException.Kind.UNREACHABLE
                                : TransportException.Kind.PROXY))
            .hasMessageContaining("model.test: the proxy " + proxy.authority())
            .hasMessageContaining("(" + status + ")");
      }
    }
  }

  @Test
  void aProxyThatIsAwayIsNamed() throws IOException {
    String proxy = "127.0.0.1:" + FreePort.find();
    throughProxy(proxy);
    for (String scheme : List.of("http", "https")) {
      assertThatThrownBy(
              () -> transport.send(HttpRequest.get(URI.create(scheme + "://model.test/"))))
          .hasMessage("model.test: the connection was refused (the proxy " + proxy + ")");
    }
  }
}
