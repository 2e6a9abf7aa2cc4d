package dev.modelcar.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.apache.ApacheTransport;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.http.settings.TrustSettings;
import dev.modelcar.testkit.server.Handler;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where redirects lead, and what goes along. */
@Timeout(60)
final class RedirectsTest {
  private final HttpTransport transport = new ApacheTransport(HttpSettings.standard("test"));

  /** What servers were asked: method, path and secret. */
  private final List<String> asked = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    transport.close();
  }

  /** Leads from a path to where a test says, and answers others. */
  private TestServer server(String from, AtomicReference<String> to) {
    Handler handler =
        call -> {
          asked.add(
              call.method() + " " + call.path() + " " + call.header("Authorization").orElse("-"));
          if (call.path().equals(from)) {
            call.respond(307, Headers.of("Location", to.get(), "X-First", "yes"), new byte[0]);
          } else {
            call.respond(200, Headers.none(), "here".getBytes(StandardCharsets.UTF_8));
          }
        };
    return TestServer.start(handler);
  }

  private static Redirects trusting(TestServer server) {
    return new Redirects(uri -> Uris.sameOrigin(uri, server.uri()), HttpError.REDIRECT_REFUSED);
  }

  private static HttpRequest request(String method, TestServer server) {
    return HttpRequest.of(method, server.uri().resolve("/from")).with("Authorization", "secret");
  }

  private static void failsAs(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  @Test
  void secretsGoAlongToTrustedAddresses() throws IOException {
    try (TestServer server = server("/from", new AtomicReference<>("/to?x=1"))) {
      Redirects.Arrival arrival = trusting(server).follow(transport, request("GET", server));
      try (HttpResponse response = arrival.response()) {
        assertThat(response.bytes(10)).asString().isEqualTo("here");
      }
      assertThat(arrival.uri()).isEqualTo(server.uri().resolve("/to?x=1"));
      assertThat(arrival.first().first("X-First")).contains("yes");
      assertThat(asked).containsExactly("GET /from secret", "GET /to secret");
    }
  }

  @Test
  void secretsStayBehindAndDoNotComeBack() throws IOException {
    AtomicReference<String> away = new AtomicReference<>("");
    AtomicReference<String> back = new AtomicReference<>("");
    try (TestServer server = server("/from", away);
        TestServer stranger = server("/away", back)) {
      away.set(stranger.uri() + "/away");
      back.set(server.uri() + "/back");
      trusting(server).follow(transport, request("GET", server)).response().close();
      assertThat(asked).containsExactly("GET /from secret", "GET /away -", "GET /back -");
    }
  }

  /** A link that is signed for GET says nothing to HEAD. */
  @Test
  void aHeadIsNotSentToStrangers() throws IOException {
    AtomicReference<String> away = new AtomicReference<>("");
    try (TestServer server = server("/from", away);
        TestServer stranger = server("/none", away)) {
      away.set(stranger.uri() + "/away");
      try (HttpResponse response =
          trusting(server).follow(transport, request("HEAD", server)).response()) {
        assertThat(response.status()).isEqualTo(307);
      }
      away.set("/inside");
      trusting(server).follow(transport, request("HEAD", server)).response().close();
      assertThat(asked)
          .containsExactly("HEAD /from secret", "HEAD /from secret", "HEAD /inside secret");
    }
  }

  @Test
  void whatChangesSomethingIsNotRedirected() throws IOException {
    try (TestServer server = server("/from", new AtomicReference<>("/to"));
        HttpResponse response =
            trusting(server)
                .follow(transport, request("POST", server).with(RequestBody.empty()))
                .response()) {
      assertThat(response.status()).isEqualTo(307);
    }
    assertThat(asked).hasSize(1);
  }

  @Test
  void whatLeadsNowhereIsRefused() {
    AtomicReference<String> to = new AtomicReference<>("/from");
    try (TestServer server = server("/from", to)) {
      HttpRequest get = request("GET", server);
      failsAs(HttpError.REDIRECT_REFUSED, () -> trusting(server).follow(transport, get));
      assertThat(asked).hasSize(21);
      for (String none : List.of("", "ftp://x/", "http://me:pw@x/", "http://")) {
        to.set(none);
        failsAs(HttpError.REDIRECT_REFUSED, () -> trusting(server).follow(transport, get));
      }
    }
  }

  @Test
  void nothingLeadsFromTlsToPlainHttp(@TempDir Path folder) throws IOException {
    TestTls tls = TestTls.create(folder);
    try (TestServer plain = server("/none", new AtomicReference<>(""));
        TestServer secure =
            TestServer.start(
                "127.0.0.1",
                0,
                Optional.of(tls.serverContext()),
                call -> call.respond(302, Headers.of("Location", plain.uri() + "/x?sig=1")));
        HttpTransport trusting =
            new ApacheTransport(
                HttpSettings.standard("test")
                    .with(TrustSettings.standard().withFile(tls.caFile())))) {
      URI from = secure.uri();
      assertThatThrownBy(() ->
              new Redirects(uri -> true, HttpError.REDIRECT_REFUSED)
                  .follow(trusting, HttpRequest.get(from)))
          .hasMessage(
              secure.authority() + " redirects from HTTPS to plain HTTP at " + plain.authority());
      assertThat(asked).isEmpty();
    }
  }

  // ---- what came instead ----

  private ErrorDocument document(String type, String body) throws IOException {
    try (TestServer server =
            TestServer.start(call ->
                call.respond(
                    500, Headers.of("Content-Type", type), body.getBytes(StandardCharsets.UTF_8)));
        HttpResponse response = transport.send(HttpRequest.get(server.uri()))) {
      return ErrorDocument.read(response);
    }
  }

  @Test
  void aPageIsToldFromADocument() throws IOException {
    assertThat(document("text/html; charset=utf-8", "busy").html()).isTrue();
    ErrorDocument page = document("text/plain", " \n<HTML><title>502 Bad\nGateway</title>");
    assertThat(page.html()).isTrue();
    assertThat(page.title()).isEqualTo("502 Bad\nGateway");
    ErrorDocument json = document("application/json", "{\"error\":\"no\"}");
    assertThat(json.html()).isFalse();
    assertThat(json.json().orElseThrow().path("error").asText()).isEqualTo("no");
    ErrorDocument words = document("text/plain", "no such thing");
    assertThat(words.html()).isFalse();
    assertThat(words.json()).isEmpty();
    assertThat(words.text()).isEqualTo("no such thing");
  }

  @Test
  void whatIsShownIsOneLineWithoutSecrets() {
    assertThat(ErrorDocument.oneLine(" see\thttps://x/y?X-Signature=abcdef \n now\u0007"))
        .isEqualTo("see https://x/y?… now?");
    assertThat(ErrorDocument.oneLine("x".repeat(1000))).hasSize(301).endsWith("…");
  }

  /** Some servers repeat what they reject, in one form or another. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Basic dXNlcjpwYXNzL3dvcmQ= | dXNlcjpwYXNzL3dvcmQ=",
        "Basic dXNlcjpwYXNzL3dvcmQ= | user:pass/word",
        "Basic dXNlcjpwYXNzL3dvcmQ= | pass/word",
        "Basic dXNlcjpwYXNzL3dvcmQ= | pass%2Fword",
        "Basic dXNlcjpwYXNzL3dvcmQ= | cGFzcy93b3Jk",
        "Basic dTpwdzE= | pw1",
        "Bearer a-token-of-mine | a-token-of-mine"
      })
  void whatWasSentIsNotShown(String authorization, String repeated) throws IOException {
    byte[] body = ("{\"error\":\"bad: " + repeated + " in it\"}").getBytes(StandardCharsets.UTF_8);
    try (TestServer server = TestServer.start(call -> call.respond(401, Headers.none(), body));
        HttpResponse response =
            transport.send(HttpRequest.get(server.uri()).with("Authorization", authorization))) {
      assertThat(ErrorDocument.read(response).json().orElseThrow().path("error").asText())
          .startsWith("bad: ***")
          .endsWith(" in it")
          .doesNotContain(repeated);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no Bearer eyJhbGciOiJIUzI1NiJ9.eyJDQU5BUlkiOjF9.c2ln here | no Bearer *** here",
        "token eyJhbGciOiJIUzI1NiJ9.eyJDQU5BUlkiOjF9.c2ln | token ***",
        "header Basic dXNlcjpwYXNzd29yZA== | header Basic ***",
        "Bearer authentication required | Bearer authentication required",
        "use Bearer realm=\"https://a/b1\" | use Bearer realm=\"https://a/b1\""
      })
  void whatLooksLikeALoginIsNotShown(String said, String shown) {
    assertThat(ErrorDocument.oneLine(said)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"bob:pw@localhost:21/t/m:x\" is | \"bob:***@localhost:21/t/m:x\" is",
        "https://bob:pw@host/x | https://bob:***@host/x",
        "https://0123456789abcdef0123@host/x | https://***@host/x",
        "s3://b/k?X-Amz-Signature=abc&x=1 | s3://b/k?X-Amz-Signature=***&x=1",
        "host/t/m:1@sha256:00 | host/t/m:1@sha256:00",
        "m:1@sha256:00 | m:1@sha256:00",
        "hf://org/m@main | hf://org/m@main",
        "pkg:oci/m@1?repository_url=h/t | pkg:oci/m@1?repository_url=h/t"
      })
  void passwordsOfAddressesAreNotShown(String text, String shown) {
    assertThat(SafeUri.withoutPasswords(text)).isEqualTo(shown);
    assertThat(SafeUri.quoted("h/m:x?sig=X")).isEqualTo("h/m:x?…");
  }
}
