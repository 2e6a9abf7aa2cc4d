package dev.modelcar.kubernetes.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.apache.ApacheTransport;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.http.settings.ProxySettings;
import dev.modelcar.http.settings.TrustSettings;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which requests a server is sent, and what its responses prove. */
final class SmokeTest {
  /** SHA-256 of {@code {"a":1}}. */
  private static final String SHA256 =
      "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";

  private final Map<String, String> pages = new ConcurrentHashMap<>();
  private final TestServer server = TestServer.start(this::handle);

  private final HttpTransport transport = new ApacheTransport(HttpSettings.standard("test"));

  @AfterEach
  void stop() {
    transport.close();
    server.close();
  }

  private void handle(Call call) throws IOException {
    boolean below = call.path().startsWith("/base/");
    if (below && !call.header("Authorization").equals(Optional.of("Bearer t0ken"))) {
      call.respond(401, Headers.of());
      return;
    }
    String page = pages.get(below ? call.path().substring("/base".length()) : call.path());
    call.respond(
        page == null ? 404 : 200,
        Headers.of("Content-Type", "application/json"),
        (page == null ? "no" : page).getBytes(StandardCharsets.UTF_8));
  }

  private List<SmokeCheck> checks(Map<String, String> files) {
    return Smoke.of(
        "p",
        SmokeRoute.Via.URL,
        server.uri().resolve("/base/"),
        Optional.of("t0ken"),
        transport,
        () -> files,
        Duration.ofSeconds(20));
  }

  private List<SmokeCheck> checksWithoutFiles() {
    return Smoke.of(
        "p",
        SmokeRoute.Via.PORT_FORWARD,
        server.uri(),
        Optional.empty(),
        transport,
        () -> {
          throw new AssertionError("the image is read although no files are shown");
        },
        Duration.ofSeconds(20));
  }

  @Test
  void asksForACompletionOfTheListedModel() {
    pages.put("/v1/models", "{\"data\":[{\"id\":\"m\"}]}");
    pages.put("/v1/completions", "{\"choices\":[{\"text\":\" world\"}]}");
    assertThat(checksWithoutFiles())
        .extracting(SmokeCheck::request, SmokeCheck::passed)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("GET /v1/models", true),
            org.assertj.core.groups.Tuple.tuple("POST /v1/completions", true));
  }

  @Test
  void aServerThatListsAModelMustCompleteText() {
    pages.put("/v1/models", "{\"data\":[{\"id\":\"m\"}]}");
    assertThat(checksWithoutFiles())
        .last()
        .satisfies(check -> {
          assertThat(check.passed()).isFalse();
          assertThat(check.detail()).isEqualTo("status 404");
        });
    pages.put("/v1/completions", "{\"error\":\"no\"}");
    assertThat(checksWithoutFiles()).last().matches(check -> !check.passed());
  }

  @Test
  void acceptsReadinessOfV2() {
    pages.put("/v2/health/ready", "");
    assertThat(checksWithoutFiles()).singleElement().matches(SmokeCheck::passed);
  }

  @Test
  void comparesFilesThatAreShown() {
    pages.put("/config.json", "{\"a\":1}");
    assertThat(checks(Map.of("config.json", SHA256))).singleElement().matches(SmokeCheck::passed);
    assertThat(checks(Map.of("config.json", "0".repeat(64))))
        .singleElement()
        .matches(check -> !check.passed());
    assertThat(checks(Map.of("model.safetensors", SHA256)))
        .singleElement()
        .matches(check -> !check.passed());
  }

  @Test
  void provesNothingWhereNothingIsKnown() {
    assertThat(checksWithoutFiles()).isEmpty();
  }

  /** Behind an ingress whose certificate Java does not know. */
  @Test
  void aUrlIsTrustedByTheAuthoritiesOfModelcar(@TempDir Path folder) throws IOException {
    TestTls tls = TestTls.create(folder);
    pages.put("/v2/health/ready", "{}");
    try (TestServer secure =
            TestServer.start("127.0.0.1", 0, Optional.of(tls.serverContext()), this::handle);
        HttpTransport trusting = trusting(tls)) {
      assertThat(smoke(secure.uri(), trusting))
          .extracting(SmokeCheck::request, SmokeCheck::passed)
          .containsExactly(org.assertj.core.groups.Tuple.tuple("GET /v2/health/ready", true));
      assertThat(smoke(secure.uri(), transport))
          .singleElement()
          .satisfies(check -> {
            assertThat(check.passed()).isFalse();
            assertThat(check.detail()).contains("no TLS connection", "--ca-file");
          });
    }
  }

  /** The name is known to the proxy alone. */
  @Test
  void aUrlIsReachedByTheProxyOfTheEnvironment() throws IOException {
    pages.put("http://model.invalid/v2/health/ready", "{}");
    Map<String, String> environment = Map.of("HTTP_PROXY", server.uri().toString());
    try (HttpTransport proxied =
        new ApacheTransport(HttpSettings.standard("test").with(ProxySettings.of(environment)))) {
      assertThat(smoke(URI.create("http://model.invalid/"), proxied))
          .singleElement()
          .matches(SmokeCheck::passed);
    }
  }

  private static HttpTransport trusting(TestTls tls) {
    return new ApacheTransport(
        HttpSettings.standard("test").with(TrustSettings.standard().withFile(tls.caFile())));
  }

  private static List<SmokeCheck> smoke(URI uri, HttpTransport transport) {
    return Smoke.of(
        "", SmokeRoute.Via.URL, uri, Optional.empty(), transport, Map::of, Duration.ofSeconds(20));
  }
}
