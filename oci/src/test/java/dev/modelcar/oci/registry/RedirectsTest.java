package dev.modelcar.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.apache.ApacheTransport;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.auth.Credentials;
import dev.modelcar.oci.registry.client.RegistrySettings;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryAuth;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.registry.TokenServer;
import dev.modelcar.testkit.server.Handler;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Registries that send readers to a store of blobs, and token servers that have moved. */
@Timeout(60)
final class RedirectsTest {
  private static final byte[] CONTENT = "bytes of a blob".getBytes(StandardCharsets.UTF_8);
  private static final Descriptor BLOB = Descriptor.of("blob", Sha256.of(CONTENT), CONTENT.length);

  private static final Duration HASTY = Duration.ofSeconds(1);
  private static final Duration PATIENT = Duration.ofSeconds(30);

  private final HttpTransport transport = new ApacheTransport(HttpSettings.standard("test"));

  @AfterEach
  void close() {
    transport.close();
  }

  private RegistryRepository repository(
      FakeRegistry registry, Credentials credentials, Duration budget) {
    RegistrySettings standard = RegistrySettings.standard();
    RegistrySettings settings =
        new RegistrySettings(
            (host, repository) -> credentials,
            standard.retryPolicy().withBudget(budget),
            standard.retryListener(),
            standard.timeouts(),
            standard.profiles(),
            standard.clock(),
            standard.loginAdvice());
    return new Registries(settings, transport)
        .repository(
            (ImageReference.Registry)
                ImageReference.parse("http://" + registry.authority() + "/team/model"));
  }

  /** A store whose links are too old for some requests. */
  private static TestServer store(int refusals) {
    AtomicInteger left = new AtomicInteger(refusals);
    Handler handler =
        call -> {
          if (left.getAndDecrement() > 0) {
            call.respond(
                403,
                Headers.of("Content-Type", "application/xml"),
                "<Error/>".getBytes(StandardCharsets.UTF_8));
          } else {
            call.respond(200, Headers.none(), CONTENT);
          }
        };
    return TestServer.start(handler);
  }

  private static byte[] read(RegistryRepository repository) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BlobReader reader = repository.openBlob(BLOB, 0)) {
      while (reader.transferTo(out, Long.MAX_VALUE) >= 0) {
        // all of it
      }
    }
    return out.toByteArray();
  }

  @Test
  void aLinkThatIsTooOldIsAskedForAgain() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start();
        TestServer store = store(4)) {
      registry
          .faults()
          .always(
              RegistryRequestKind.BLOB_GET,
              new Fault.Status(
                  307, Headers.of("Location", store.uri() + "/x?sig=secret-link"), ""));
      assertThat(read(repository(registry, Credentials.anonymous(), PATIENT))).isEqualTo(CONTENT);
    }
  }

  @Test
  void aStoreThatNeverAnswersIsNamedWithoutItsLink() {
    try (FakeRegistry registry = FakeRegistry.start();
        TestServer store = store(Integer.MAX_VALUE)) {
      registry
          .faults()
          .always(
              RegistryRequestKind.BLOB_GET,
              new Fault.Status(
                  307, Headers.of("Location", store.uri() + "/x?sig=secret-link"), ""));
      assertThatThrownBy(() -> read(repository(registry, Credentials.anonymous(), HASTY)))
          .isInstanceOfSatisfying(
              ModelcarException.class,
              e -> assertThat(e.code()).isEqualTo(OciError.REGISTRY_UNAVAILABLE))
          .hasMessageContaining("which returned 403")
          .message()
          .doesNotContain("secret-link");
    }
  }

  @Test
  void aTokenServerThatHasMovedIsFollowed(@TempDir Path folder) throws IOException {
    try (TokenServer tokens = TokenServer.start(folder).user("me", "pw");
        FakeRegistry registry =
            FakeRegistry.start(
                dev.modelcar.testkit.registry.RegistrySettings.defaults()
                    .withAuth(new RegistryAuth.Bearer(tokens)))) {
      String query =
          "?service=modelcar-test-registry&scope=repository:team/model:pull,push&account=me";
      tokens
          .faults()
          .once(
              RegistryRequestKind.TOKEN,
              new Fault.Status(307, Headers.of("Location", tokens.realm() + query), ""));
      RegistryRepository repository =
          repository(registry, new Credentials.Password("me", "pw", "a test"), PATIENT);
      assertThat(repository.has(BLOB)).isFalse();
      assertThat(tokens.questions()).isNotEmpty();
    }
  }

  /** Asks for a login of its own, and sees what it is given. */
  private static TestServer thief(List<String> given) {
    AtomicReference<String> own = new AtomicReference<>("");
    TestServer server =
        TestServer.start(call -> {
          call.header("Authorization").ifPresent(given::add);
          given.addAll(call.queries("account"));
          call.respond(
              401,
              Headers.of("WWW-Authenticate", "Bearer realm=\"" + own.get() + "/token\""),
              new byte[0]);
        });
    own.set(server.uri().toString());
    return server;
  }

  @Test
  void nobodyToWhomTheRegistrySendsReadersGetsCredentials() {
    List<String> given = new CopyOnWriteArrayList<>();
    try (FakeRegistry registry = FakeRegistry.start();
        TestServer thief = thief(given)) {
      Fault away = new Fault.Status(307, Headers.of("Location", thief.uri() + "/x"), "");
      registry.faults().always(RegistryRequestKind.BLOB_HEAD, away);
      registry.faults().always(RegistryRequestKind.BLOB_GET, away);
      registry.faults().always(RegistryRequestKind.MANIFEST_GET, away);
      RegistryRepository repository =
          repository(registry, new Credentials.Password("me", "pw", "a test"), HASTY);
      assertThatThrownBy(() -> repository.has(BLOB)).isInstanceOf(ModelcarException.class);
      assertThatThrownBy(() -> read(repository)).isInstanceOf(ModelcarException.class);
      assertThatThrownBy(() -> repository.manifest("v1")).isInstanceOf(ModelcarException.class);
      assertThat(given).isEmpty();
    }
  }

  /** As a registry with TLS does that was said to have none. */
  @Test
  void aLoginThatAnotherOriginAsksForIsNotWaitedFor() {
    List<String> given = new CopyOnWriteArrayList<>();
    try (FakeRegistry registry = FakeRegistry.start();
        TestServer other = thief(given)) {
      registry
          .faults()
          .always(
              RegistryRequestKind.PING,
              new Fault.Status(301, Headers.of("Location", other.uri() + "/v2/"), ""));
      assertThatThrownBy(() -> repository(registry, Credentials.anonymous(), PATIENT).has(BLOB))
          .isInstanceOfSatisfying(
              ModelcarException.class,
              e -> assertThat(e.code()).isEqualTo(OciError.REGISTRY_PROTOCOL))
          .hasMessageContaining("which returned 401");
    }
  }

  @Test
  void aBlobIsThereIfItsStoreGivesItsFirstByte() {
    try (FakeRegistry registry = FakeRegistry.start();
        TestServer store = store(0)) {
      Fault away = new Fault.Status(307, Headers.of("Location", store.uri() + "/x"), "");
      registry.faults().always(RegistryRequestKind.BLOB_HEAD, away);
      registry.faults().always(RegistryRequestKind.BLOB_GET, away);
      assertThat(repository(registry, Credentials.anonymous(), PATIENT).has(BLOB)).isTrue();
    }
  }
}
