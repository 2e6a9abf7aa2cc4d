package dev.modelcar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.modelcar.testkit.registry.TokenServer;
import dev.modelcar.testkit.server.TestTls;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Starts the registries that are installed, in all the ways that tests need. */
final class RealRegistryTest {
  private static final String BASIC =
      "Basic "
          + Base64.getEncoder()
              .encodeToString(
                  (RegistryOptions.USER + ":" + RegistryOptions.PASSWORD)
                      .getBytes(StandardCharsets.UTF_8));

  @TempDir private Path folder;

  private static RealRegistry installed(RealRegistry.Kind kind) {
    Optional<RealRegistry> registry =
        switch (kind) {
          case DISTRIBUTION_2 -> RealRegistry.debian();
          case DISTRIBUTION_3 -> RealRegistry.distribution3();
          case OLAREG -> RealRegistry.olareg();
          case CRANE -> RealRegistry.crane();
        };
    assumeTrue(registry.isPresent(), Tools.missing(kind.program()));
    return registry.get();
  }

  private static HttpResponse<String> send(
      HttpClient client, String method, URI uri, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static int ping(RunningRegistry registry, String... headers) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return send(client, "GET", registry.uri().resolve("/v2/"), headers).statusCode();
    }
  }

  @ParameterizedTest
  @EnumSource
  void startsKillsAndRestartsOnTheSamePort(RealRegistry.Kind kind) throws Exception {
    try (RunningRegistry registry = installed(kind).start(folder)) {
      assertThat(ping(registry)).isEqualTo(200);
      long first = registry.pid();
      registry.kill();
      registry.restart();
      assertThat(registry.pid()).isNotEqualTo(first);
      assertThat(ping(registry)).isEqualTo(200);
    }
  }

  /** The others keep uploads in memory. */
  @ParameterizedTest
  @EnumSource(names = {"DISTRIBUTION_2", "DISTRIBUTION_3"})
  void keepsAnUploadOverARestart(RealRegistry.Kind kind) throws Exception {
    try (RunningRegistry registry = installed(kind).start(folder);
        HttpClient client = HttpClient.newHttpClient()) {
      URI uploads = registry.uri().resolve("/v2/a/b/blobs/uploads/");
      String place = send(client, "POST", uploads).headers().firstValue("Location").orElseThrow();
      registry.kill();
      registry.restart();
      assertThat(send(client, "GET", URI.create(place)).statusCode()).isEqualTo(204);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "CRANE", mode = EnumSource.Mode.EXCLUDE)
  void speaksTls(RealRegistry.Kind kind) throws Exception {
    RealRegistry program = installed(kind);
    TestTls tls = TestTls.create(folder);
    try (RunningRegistry registry =
            program.start(folder.resolve("registry"), RegistryOptions.plain().withTls(tls));
        HttpClient client = HttpClient.newBuilder().sslContext(tls.clientContext()).build()) {
      assertThat(send(client, "GET", registry.uri().resolve("/v2/")).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DISTRIBUTION_2", "DISTRIBUTION_3"})
  void wantsAPassword(RealRegistry.Kind kind) throws Exception {
    try (RunningRegistry registry =
        installed(kind).start(folder, RegistryOptions.plain().withPassword())) {
      assertThat(ping(registry)).isEqualTo(401);
      assertThat(ping(registry, "Authorization", BASIC)).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DISTRIBUTION_2", "DISTRIBUTION_3"})
  void takesTokens(RealRegistry.Kind kind) throws Exception {
    RealRegistry program = installed(kind);
    try (TokenServer tokens = TokenServer.start(folder);
        RunningRegistry registry =
            program.start(folder.resolve("registry"), RegistryOptions.plain().withTokens(tokens))) {
      tokens.user(RegistryOptions.USER, RegistryOptions.PASSWORD);
      assertThat(startUpload(registry, tokens)).isEqualTo(202);

      tokens.keyHint(
          kind == RealRegistry.Kind.DISTRIBUTION_2
              ? TokenServer.KeyHint.LIBTRUST_ID
              : TokenServer.KeyHint.THUMBPRINT);
      assertThat(startUpload(registry, tokens)).isEqualTo(202);

      tokens.withhold("push");
      assertThat(startUpload(registry, tokens)).isEqualTo(401);
      tokens.grant("push").lifetime(Duration.ofHours(-1));
      assertThat(startUpload(registry, tokens)).isEqualTo(401);
      assertThat(tokens.questions()).hasSize(4);
    }
  }

  private static int startUpload(RunningRegistry registry, TokenServer tokens) throws Exception {
    URI uploads = registry.uri().resolve("/v2/a/b/blobs/uploads/");
    try (HttpClient client = HttpClient.newHttpClient()) {
      String challenge =
          send(client, "POST", uploads).headers().firstValue("WWW-Authenticate").orElseThrow();
      assertThat(challenge)
          .contains("realm=\"" + tokens.realm() + "\"")
          .containsPattern("scope=\"repository:a/b:(pull,push|push,pull)\"");
      URI question =
          URI.create(
              tokens.realm() + "?service=" + tokens.service() + "&scope=repository:a/b:pull,push");
      String answer = send(client, "GET", question, "Authorization", BASIC).body();
      String token = answer.replaceFirst(".*\"token\":\"([^\"]+)\".*", "$1");
      return send(client, "POST", uploads, "Authorization", "Bearer " + token).statusCode();
    }
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(Tools.find("no such program")).isEmpty();
    assertThat(Tools.missing("crane")).contains("crane", Tools.FOLDER_VARIABLE);
  }
}
