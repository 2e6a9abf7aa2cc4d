package dev.modelcar.testkit.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.server.TestTls;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The token server together with a registry that asks for its tokens. */
final class TokenServerTest {
  private static final String UPLOADS = "/v2/a/b/blobs/uploads/";
  private static final String FORM = "application/x-www-form-urlencoded";

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir private static Path folder;
  private static TestTls keys;

  private TokenServer tokens;
  private FakeRegistry registry;
  private RegistryClient client;
  private RegistryClient toTokens;

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = TestTls.create(folder);
  }

  @BeforeEach
  void start() {
    tokens = TokenServer.start(keys, "127.0.0.1").user("user", "secret").clock(now::get);
    registry =
        FakeRegistry.start(RegistrySettings.defaults().withAuth(new RegistryAuth.Bearer(tokens)));
    client = new RegistryClient(registry.uri());
    toTokens = new RegistryClient(tokens.realm());
  }

  @AfterEach
  void stop() {
    client.close();
    toTokens.close();
    registry.close();
    tokens.close();
  }

  private static String challenge(HttpResponse<?> response) {
    return response.headers().firstValue("WWW-Authenticate").orElse("");
  }

  private JsonNode ask(String query) throws Exception {
    HttpResponse<String> response = toTokens.send("GET", "/token?" + query);
    assertThat(response.statusCode()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }

  private JsonNode askAsUser(String query) throws Exception {
    toTokens.authorizeBasic("user", "secret");
    return ask(query);
  }

  private void use(JsonNode answer) {
    client.authorize("Bearer " + answer.get("access_token").asText());
  }

  @Test
  void letsInWhoHasAToken() throws Exception {
    HttpResponse<String> refused = client.send("POST", UPLOADS);
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(challenge(refused))
        .startsWith("Bearer realm=\"" + tokens.realm() + "\"")
        .contains("service=\"" + tokens.service() + "\"")
        .contains("scope=\"repository:a/b:pull,push\"");

    use(askAsUser("service=x&scope=repository:a/b:pull,push"));
    assertThat(client.send("POST", UPLOADS).statusCode()).isEqualTo(202);
    assertThat(challenge(client.send("POST", "/v2/c/d/blobs/uploads/")))
        .contains("error=\"insufficient_scope\"");
    assertThat(challenge(client.send("POST", UPLOADS + "?mount=sha256:0&from=c/d")))
        .contains("repository:a/b:pull,push repository:c/d:pull");
    assertThat(registry.requests().getLast().authorization()).contains("Bearer");
  }

  @Test
  void tokensExpireAfterTheirLifeAndSomeLeeway() throws Exception {
    tokens.lifetime(Duration.ofSeconds(60));
    JsonNode answer = askAsUser("scope=repository:a/b:pull,push");
    assertThat(answer.get("expires_in").asInt()).isEqualTo(60);
    assertThat(answer.get("issued_at").asText()).isEqualTo("2026-01-01T00:00:00Z");
    use(answer);
    now.updateAndGet(time -> time.plusSeconds(120));
    assertThat(client.send("POST", UPLOADS).statusCode()).isEqualTo(202);
    now.updateAndGet(time -> time.plusSeconds(1));
    assertThat(challenge(client.send("POST", UPLOADS))).contains("error=\"invalid_token\"");
  }

  @Test
  void grantsLessThanAskedWithoutAnError() throws Exception {
    tokens.withhold("push");
    use(askAsUser("scope=repository:a/b:pull,push"));
    assertThat(client.send("POST", UPLOADS).statusCode()).isEqualTo(401);
    assertThat(client.send("GET", "/v2/a/b/tags/list").statusCode()).isEqualTo(404);
  }

  @Test
  void refusesWrongPasswordsAndStrangers() throws Exception {
    assertThat(toTokens.send("GET", "/token?scope=repository:a/b:pull").statusCode())
        .isEqualTo(401);
    toTokens.authorizeBasic("user", "wrong");
    assertThat(toTokens.send("GET", "/token").statusCode()).isEqualTo(401);
    assertThat(tokens.questions())
        .extracting(TokenServer.Question::user, TokenServer.Question::status)
        .containsExactly(tuple(Optional.empty(), 401), tuple(Optional.of("user"), 401));
  }

  @Test
  void letsStrangersPull() throws Exception {
    tokens.anonymousPulls(true);
    use(ask("scope=repository:a/b:pull,push"));
    assertThat(client.send("GET", "/v2/a/b/tags/list").statusCode()).isEqualTo(404);
    assertThat(client.send("POST", UPLOADS).statusCode()).isEqualTo(401);
  }

  @Test
  void exchangesRefreshTokens() throws Exception {
    JsonNode first = askAsUser("offline_token=true&scope=repository:a/b:pull");
    String refresh = first.get("refresh_token").asText();
    String form =
        "grant_type=refresh_token&service=x&scope=repository:a/b:pull,push&refresh_token=";
    byte[] body = (form + refresh).getBytes(StandardCharsets.US_ASCII);
    HttpResponse<String> second = toTokens.send("POST", "/token", body, "Content-Type", FORM);
    use(new ObjectMapper().readTree(second.body()));
    assertThat(client.send("POST", UPLOADS).statusCode()).isEqualTo(202);

    byte[] wrong = (form + "other").getBytes(StandardCharsets.US_ASCII);
    assertThat(toTokens.send("POST", "/token", wrong, "Content-Type", FORM).statusCode())
        .isEqualTo(401);
    assertThat(tokens.questions())
        .extracting(TokenServer.Question::grant)
        .containsExactly("get", "refresh_token", "refresh_token");
  }

  @Test
  void takesPasswordsInAForm() throws Exception {
    byte[] body =
        "grant_type=password&username=user&password=secret&access_type=offline&scope="
            .getBytes(StandardCharsets.US_ASCII);
    String answer = toTokens.send("POST", "/token", body, "Content-Type", FORM).body();
    assertThat(answer).contains("refresh_token");
  }

  @Test
  void refusesForgedTokens() throws Exception {
    String token = askAsUser("scope=repository:a/b:pull,push").get("token").asText();
    String[] parts = token.split("\\.", -1);
    client.authorize("Bearer " + parts[0] + "." + parts[1] + "x." + parts[2]);
    assertThat(client.send("POST", UPLOADS).statusCode()).isEqualTo(401);
    client.authorize("Bearer nonsense");
    assertThat(client.send("GET", "/v2/").statusCode()).isEqualTo(401);
  }

  @Test
  void isReachedByTheNameItIsGiven() throws Exception {
    assertThat(challenge(client.send("GET", "/v2/"))).contains("http://127.0.0.1:");
    tokens.reachableAs("tokens.test");
    assertThat(challenge(client.send("GET", "/v2/"))).contains("http://tokens.test:");
  }

  @Test
  void failsAsPlanned() throws Exception {
    tokens.faults().once(RegistryRequestKind.TOKEN, Fault.status(503));
    assertThat(toTokens.send("GET", "/token").statusCode()).isEqualTo(503);
  }
}
