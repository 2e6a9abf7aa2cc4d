package dev.modelcar.modelregistry;

import static dev.modelcar.testkit.modelregistry.ModelRegistryRequest.ANY;
import static dev.modelcar.testkit.modelregistry.ModelRegistryRequest.CREATE;
import static dev.modelcar.testkit.modelregistry.ModelRegistryRequest.PATCH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpError;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.fault.When;
import dev.modelcar.testkit.modelregistry.FakeModelRegistry;
import dev.modelcar.testkit.server.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Servers that are away or overloaded, proxies in front of them, and addresses of something else.
 */
final class ModelRegistryFailuresTest {
  private static final Headers JSON = Headers.of("Content-Type", "application/json");
  private static final Headers TEXT = Headers.of("Content-Type", "text/plain");

  private final TestedServer server = TestedServer.of(FakeModelRegistry.start());

  @AfterEach
  void stop() {
    server.close();
  }

  private static Registration registration() {
    return new Registration(
        "m",
        "v",
        "m",
        Contents.none(),
        Contents.none().with("author", "me"),
        Contents.none(),
        "oci://r.example/m@sha256:" + "a".repeat(64),
        Registrar.digestOf("oci://r.example/m@sha256:" + "a".repeat(64)),
        false);
  }

  private Registered register() {
    return new Registrar(server.client()).register(registration());
  }

  private ModelcarException failure() {
    return TestedServer.failure(this::register);
  }

  private void fails(Fault fault, ErrorCode code, String words) {
    server.fake().faults().clear();
    server.fake().faults().add(ANY, 0, FaultPlan.ALWAYS, fault);
    ModelcarException failure = failure();
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
    assertThat(failure).hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource({
    "503, text/plain, database is not ready",
    "500, application/json, '{\"code\":\"Internal Server Error\",\"message\":\"error saving model\"}'",
    "429, text/plain, slow down",
    "502, text/html, <html><title>Bad Gateway</title></html>",
  })
  void whatPassesIsWaitedFor(int status, String type, String body) {
    Fault away = new Fault.Status(status, Headers.of("Content-Type", type), body);
    server.fake().faults().add(ANY, 0, 2, away).add(CREATE, 0, 3, away).add(PATCH, 0, 1, away);
    assertThat(register().created()).hasSize(3);
    assertThat(server.fake().counts()).containsExactly(1, 1, 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lostResponsesAreFoundAgain(boolean hidden) {
    Fault lost =
        hidden
            ? new Fault.Hidden(504, TEXT, "upstream request timeout")
            : new Fault.Reset(When.AFTER_BODY, 0);
    server.fake().faults().add(CREATE, 0, 1, lost).add(CREATE, 1, 1, lost).add(CREATE, 2, 1, lost);
    Registered registered = register();
    assertThat(server.fake().counts()).containsExactly(1, 1, 1);
    assertThat(registered.artifact().isLive()).isTrue();
  }

  @Test
  void whatDoesNotPassIsSaid() {
    fails(
        new Fault.Status(500, JSON, "{\"code\":\"x\",\"message\":\"error listing models\"}"),
        ModelRegistryError.MODEL_REGISTRY_UNAVAILABLE,
        "returned 500: \"error listing models\"");
    fails(
        new Fault.Status(401, TEXT, "Unauthorized"),
        ModelRegistryError.MODEL_REGISTRY_UNAUTHORIZED,
        "requires a token (401)");
    fails(
        new Fault.Status(403, TEXT, "RBAC: access denied"),
        ModelRegistryError.MODEL_REGISTRY_DENIED,
        "\"RBAC: access denied\"");
    fails(
        new Fault.Status(
            403,
            JSON,
            "{\"kind\":\"Status\",\"code\":403,\"message\":\"services is forbidden: User x\"}"),
        ModelRegistryError.MODEL_REGISTRY_DENIED,
        "User x");
    fails(
        new Fault.Status(404, TEXT, "404 page not found"),
        ModelRegistryError.MODEL_REGISTRY_NOT_FOUND,
        "no Model Registry at http://127.0.0.1");
    fails(
        new Fault.Status(404, JSON, "{\"detail\":\"Not Found\"}"),
        ModelRegistryError.MODEL_REGISTRY_NOT_FOUND,
        "no Model Registry at");
    fails(
        new Fault.Html(200),
        ModelRegistryError.MODEL_REGISTRY_UNAUTHORIZED,
        "an HTML page in place of JSON");
    fails(
        new Fault.Status(200, TEXT, "ok"),
        ModelRegistryError.MODEL_REGISTRY_PROTOCOL,
        "did not return JSON: \"ok\"");
    fails(
        new Fault.Status(200, JSON, "{}"),
        ModelRegistryError.MODEL_REGISTRY_PROTOCOL,
        "without an id");
    fails(
        new Fault.Status(
            302, Headers.of("Location", "https://oauth.example.com/authorize?x=secret"), ""),
        ModelRegistryError.MODEL_REGISTRY_UNAUTHORIZED,
        "redirects to a login page at oauth.example.com");
    fails(
        new Fault.Status(302, Headers.of("Location", "https://127.0.0.1/api"), ""),
        ModelRegistryError.MODEL_REGISTRY_PROTOCOL,
        "redirects to https://127.0.0.1/api");
    fails(
        new Fault.Status(422, JSON, "{\"code\":\"Bad Request\",\"message\":\"required field\"}"),
        ModelRegistryError.MODEL_REGISTRY_REFUSED,
        "required field");
    fails(
        new Fault.Status(
            404, JSON, "{\"code\":\"Not Found\",\"message\":\"multiple models found\"}"),
        ModelRegistryError.MODEL_REGISTRY_AMBIGUOUS,
        "several entries");
    fails(new Fault.Garbage(), HttpError.NETWORK_BROKEN, "without a response");
  }

  @Test
  void nobodyListens() {
    server.fake().server().refuse();
    server.fake().server().cutConnections();
    assertThat(failure().code()).isEqualTo(HttpError.NETWORK_UNREACHABLE);
  }

  /** The advice for registries of images would not help here. */
  @Test
  void tlsToAPlainServerIsAdvisedForAModelRegistry() {
    ModelRegistry client = server.client(server.fake().uri().toString().replace("http:", "https:"));
    ModelcarException failure = TestedServer.failure(() -> client.findModel("m"));
    assertThat(failure.code()).isEqualTo(HttpError.TLS_PLAIN_HTTP);
    assertThat(failure.hint()).contains("its URL must begin with http://");
  }

  @Test
  void theTokenIsReadForEachRequest() {
    server.fake().token("second");
    AtomicInteger reads = new AtomicInteger();
    ModelRegistry client =
        server.client(() -> Optional.of(reads.getAndIncrement() == 0 ? "first" : "second"));
    ModelcarException rejected = TestedServer.failure(() -> client.findModel("m"));
    assertThat(rejected.code()).isEqualTo(ModelRegistryError.MODEL_REGISTRY_UNAUTHORIZED);
    assertThat(rejected)
        .hasMessageContaining("rejected the token")
        .hasMessageNotContaining("first");
    assertThat(client.findModel("m")).isEmpty();
  }

  @Test
  void aListThatDoesNotEndIsNoticed() {
    server
        .fake()
        .faults()
        .add(
            ANY,
            target -> target.contains("registered_models?"),
            0,
            FaultPlan.ALWAYS,
            new Fault.Status(
                200, JSON, "{\"items\":[{\"id\":\"1\",\"name\":\"m\"}],\"nextPageToken\":\"x\"}"));
    assertThat(TestedServer.failure(() -> server.client().models()))
        .hasMessageContaining("does not end");
  }

  @Test
  void emptyPagesThatRepeatAreNoticed() {
    server
        .fake()
        .faults()
        .add(
            ANY,
            target -> target.contains("registered_models?"),
            0,
            FaultPlan.ALWAYS,
            new Fault.Status(200, JSON, "{\"items\":[],\"nextPageToken\":\"x\"}"));
    assertThat(TestedServer.failure(() -> server.client().models()))
        .hasMessageContaining("does not end");
  }

  /** Nothing can be deleted there. */
  @ParameterizedTest
  @CsvSource({"254, 1, k", "1, 255, k", "1, 1, ''"})
  void namesAreCheckedBeforeAnythingIsCreated(int model, int version, String key) {
    String name = "m".repeat(model);
    Registration wanted =
        new Registration(
            name,
            "v".repeat(version),
            name,
            Contents.none(),
            Contents.none().withProperty(key, "x"),
            Contents.none(),
            registration().uri(),
            registration().digest(),
            false);
    assertThat(TestedServer.failure(() -> new Registrar(server.client()).register(wanted)).code())
        .isEqualTo(ModelRegistryError.MODEL_REGISTRY_NAME_INVALID);
    assertThat(server.fake().counts()).containsExactly(0, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",\"double_value\":\"x\"", ",\"double_value\":null"})
  void numbersThatAreNoneAreTexts(String value) throws InvalidJsonException {
    String json = "{\"metadataType\":\"MetadataDoubleValue\"%s}".formatted(value);
    Property property = Property.of(Json.parse(json.getBytes(StandardCharsets.UTF_8)));
    assertThat(property.json().path("metadataType").asText()).isEqualTo("MetadataStringValue");
  }

  /** A server that accepts a change and loses it is found out. */
  @Test
  void whatIsNotKeptIsNoticed() {
    register();
    server
        .fake()
        .faults()
        .add(PATCH, 0, FaultPlan.ALWAYS, new Fault.Status(200, JSON, "{\"id\":\"1\"}"));
    Entry model = server.client().findModel("m").orElseThrow();
    assertThat(
            TestedServer.failure(
                    () -> server.client().update(model, Entry.ARCHIVED, Contents.none()))
                .code())
        .isEqualTo(ModelRegistryError.MODEL_REGISTRY_NOT_STORED);
  }

  @ParameterizedTest
  @CsvSource({
    "http://h:8080, http://h:8080/api/model_registry/v1alpha3",
    "https://h/, https://h/api/model_registry/v1alpha3",
    "https://gw/model-registry/one/, https://gw/model-registry/one/api/model_registry/v1alpha3",
    "https://h/api/model_registry, https://h/api/model_registry/v1alpha3",
    "https://h/api/model_registry/v1alpha3/, https://h/api/model_registry/v1alpha3"
  })
  void urlsOfAllInstallationsAreTaken(String url, String api) {
    assertThat(ModelRegistrySettings.api(url)).hasToString(api);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h:8080",
        "h",
        "ftp://h",
        "https://",
        "https://u:secret@h",
        "https://u:secret@h:99999",
        "https://h?q",
        "a b",
        "http://h:99999",
        "http://h:0"
      })
  void otherUrlsAreRefused(String url) {
    ModelcarException refused = TestedServer.failure(() -> ModelRegistrySettings.api(url));
    assertThat(refused.code()).isEqualTo(ModelRegistryError.MODEL_REGISTRY_URL_INVALID);
    assertThat(refused).hasMessageNotContaining("secret");
  }

  @Test
  void anObjectThatIsNoListIsNotFromAModelRegistry() {
    server.fake().faults().add(ANY, 0, FaultPlan.ALWAYS, new Fault.Status(200, JSON, "{}"));
    ModelcarException failure = TestedServer.failure(() -> server.client().models());
    assertThat(failure.code()).isEqualTo(ModelRegistryError.MODEL_REGISTRY_PROTOCOL);
  }
}
