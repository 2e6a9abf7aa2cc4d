package dev.modelcar.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.apache.ApacheTransport;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.auth.Credentials;
import dev.modelcar.oci.registry.client.RegistrySettings;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryAuth;
import dev.modelcar.testkit.registry.RegistryFault;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.registry.TokenServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is asking: with passwords and with tokens that end in the middle of things. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class CredentialsInUseTest {
  private static final Credentials ME = new Credentials.Password("me", "pw", "a test");

  private final HttpTransport transport = new ApacheTransport(HttpSettings.standard("test"));
  private final AtomicReference<Credentials> credentials = new AtomicReference<>(ME);
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private TokenServer tokens;

  @BeforeEach
  void startTokens(@TempDir Path folder) throws IOException {
    tokens = TokenServer.start(folder).user("me", "pw").clock(now::get);
  }

  @AfterEach
  void close() {
    tokens.close();
    transport.close();
  }

  private FakeRegistry registry(RegistryAuth auth) {
    return FakeRegistry.start(
        dev.modelcar.testkit.registry.RegistrySettings.defaults().withAuth(auth));
  }

  private RegistryRepository repository(FakeRegistry registry, String name) {
    return repository(registry, name, new ArrayList<>());
  }

  private RegistryRepository repository(FakeRegistry registry, String name, List<String> waits) {
    RegistrySettings standard = RegistrySettings.standard();
    InstantSource clock = now::get;
    RegistrySettings settings =
        new RegistrySettings(
            (host, repository) -> credentials.get(),
            standard.retryPolicy().withBudget(Duration.ofMillis(500)),
            (wait, why) -> waits.add(why),
            standard.timeouts(),
            standard.profiles(),
            clock,
            standard.loginAdvice());
    return new Registries(settings, transport)
        .repository(
            (ImageReference.Registry)
                ImageReference.parse("http://" + registry.authority() + "/" + name));
  }

  private static Descriptor push(RegistryRepository repository, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    repository.prepare(List.of());
    repository.write(BlobContent.of("blob", bytes), UploadMemory.none(), TransferListener.none());
    return Descriptor.of("blob", Sha256.of(bytes), bytes.length);
  }

  private static void failsWith(ErrorCode code, String says, Runnable task) {
    assertThatThrownBy(task::run)
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(says)
        .message()
        .doesNotContain("pw");
  }

  @Test
  void oneTokenServesManyRequests() {
    try (FakeRegistry registry = registry(new RegistryAuth.Bearer(tokens))) {
      RegistryRepository repository = repository(registry, "team/model");
      for (int i = 0; i < 5; i++) {
        assertThat(repository.has(push(repository, "content " + i))).isTrue();
      }
      assertThat(tokens.questions()).hasSize(1);
    }
  }

  @Test
  void tokensAreRenewedBeforeTheyEnd() {
    try (FakeRegistry registry = registry(new RegistryAuth.Bearer(tokens))) {
      tokens.lifetime(Duration.ofSeconds(100));
      RegistryRepository repository = repository(registry, "team/model");
      for (int i = 0; i < 10; i++) {
        push(repository, "content " + i);
        now.updateAndGet(instant -> instant.plusSeconds(60));
      }
      assertThat(tokens.questions()).hasSizeBetween(5, 10);
      assertThat(registry.requests())
          .noneMatch(r -> r.status() == 401 && r.authorization().isPresent());
    }
  }

  /** OpenShift answers 401 to whoever may read and not write. */
  @Test
  void whoMayReadAndNotWriteIsToldSoAtOnce() {
    List<String> waits = new CopyOnWriteArrayList<>();
    credentials.set(new Credentials.BearerToken("token", "a test"));
    try (FakeRegistry registry = registry(RegistryAuth.OpenShift.currently(() -> "token"))) {
      registry
          .faults()
          .always(RegistryRequestKind.UPLOAD_START, new RegistryFault.CredentialsRefused());
      registry
          .faults()
          .always(RegistryRequestKind.MANIFEST_DELETE, new RegistryFault.CredentialsRefused());
      RegistryRepository repository = repository(registry, "team/model", waits);
      repository.prepare(List.of());
      assertThat(repository.has(Descriptor.of("blob", Sha256.of(new byte[1]), 1))).isFalse();
      assertThat(repository.manifest("v1")).isEmpty();
      failsWith(OciError.REGISTRY_UNAUTHORIZED, "401", () -> push(repository, "a blob"));
      assertThat(repository.delete(Sha256.of(new byte[2]))).isFalse();
      assertThat(waits).isEmpty();
    }
  }

  @Test
  void aTokenThatIsRefusedInTheMiddleIsReplaced() {
    for (RegistryRequestKind kind :
        List.of(
            RegistryRequestKind.UPLOAD_START,
            RegistryRequestKind.UPLOAD_PATCH,
            RegistryRequestKind.UPLOAD_CLOSE,
            RegistryRequestKind.BLOB_HEAD)) {
      try (FakeRegistry registry = registry(new RegistryAuth.Bearer(tokens))) {
        registry.faults().once(kind, new RegistryFault.CredentialsRefused());
        RegistryRepository repository = repository(registry, "team/model");
        assertThat(repository.has(push(repository, "content"))).as(kind.name()).isTrue();
      }
    }
  }

  @Test
  void aServerThatGrantsLessIsNamedBeforeAnythingIsSent() {
    try (FakeRegistry registry = registry(new RegistryAuth.Bearer(tokens))) {
      tokens.withhold("push");
      failsWith(
          OciError.REGISTRY_DENIED,
          "granted pull on team/model, but not push",
          () -> push(repository(registry, "team/model"), "content"));
      assertThat(registry.bytesReceived()).isZero();
    }
  }

  @Test
  void wrongPasswordsAreNamed() {
    credentials.set(new Credentials.Password("me", "pwrong", "the auth file x"));
    try (FakeRegistry registry = registry(new RegistryAuth.Bearer(tokens))) {
      failsWith(
          OciError.REGISTRY_UNAUTHORIZED,
          "user me from the auth file x",
          () -> push(repository(registry, "team/model"), "content"));
    }
    try (FakeRegistry registry = registry(new RegistryAuth.Basic("me", "pw"))) {
      failsWith(
          OciError.REGISTRY_UNAUTHORIZED,
          "user me from the auth file x",
          () -> push(repository(registry, "team/model"), "content"));
    }
  }

  @Test
  void credentialsAreLookedUpAnewForEachRequest() {
    AtomicReference<String> good = new AtomicReference<>("token-1");
    try (FakeRegistry registry = registry(RegistryAuth.OpenShift.currently(good::get))) {
      RegistryRepository repository = repository(registry, "project/model");
      for (int i = 1; i < 4; i++) {
        good.set("token-" + i);
        credentials.set(new Credentials.BearerToken("token-" + i, "a file"));
        assertThat(repository.has(push(repository, "content " + i))).isTrue();
      }
    }
  }

  @Test
  void credentialsThatEndAreWaitedForUntilOthersAreThere() {
    Credentials first = new Credentials.BearerToken("token-1", "a file");
    AtomicReference<String> good = new AtomicReference<>("token-1");
    AtomicInteger refused = new AtomicInteger();
    RegistryAuth auth =
        new RegistryAuth.OpenShift(token -> {
          boolean isGood = token.equals(good.get());
          if (!isGood && refused.incrementAndGet() == 2) {
            credentials.set(new Credentials.BearerToken(good.get(), "a file"));
          }
          return isGood;
        });
    for (RegistryRequestKind kind :
        List.of(
            RegistryRequestKind.UPLOAD_START,
            RegistryRequestKind.UPLOAD_PATCH,
            RegistryRequestKind.UPLOAD_CLOSE)) {
      credentials.set(first);
      good.set("token-1");
      refused.set(0);
      try (FakeRegistry registry = registry(auth)) {
        RegistryRepository repository = repository(registry, "project/model");
        push(repository, "something before");
        // Asked for each request of the kind; the fault itself never happens.
        registry
            .faults()
            .add(
                kind,
                target -> {
                  good.set("token-2");
                  return false;
                },
                0,
                1,
                new Fault.Garbage());
        assertThat(repository.has(push(repository, "content"))).as(kind.name()).isTrue();
        push(repository, "something after");
        assertThat(refused).as(kind.name()).hasValueGreaterThanOrEqualTo(2);
      }
    }
  }

  @Test
  void credentialsThatEndForGoodAreAnErrorAfterAWhile() {
    AtomicReference<String> good = new AtomicReference<>("token-1");
    credentials.set(new Credentials.BearerToken("token-1", "a file"));
    try (FakeRegistry registry = registry(RegistryAuth.OpenShift.currently(good::get))) {
      RegistryRepository repository = repository(registry, "project/model");
      push(repository, "something before");
      good.set("another");
      failsWith(
          OciError.REGISTRY_UNAUTHORIZED,
          "for credentials that it accepted before (token from a file)",
          () -> push(repository, "content"));
    }
  }

  @Test
  void credentialsThatWereNeverTakenAreAnErrorAtOnce() {
    credentials.set(new Credentials.BearerToken("wrong", "a file"));
    try (FakeRegistry registry = registry(RegistryAuth.OpenShift.currently(() -> "right"))) {
      failsWith(
          OciError.REGISTRY_UNAUTHORIZED,
          "a file",
          () -> push(repository(registry, "project/model"), "content"));
      assertThat(registry.requests().stream().filter(r -> r.authorization().isPresent()))
          .hasSizeLessThan(5);
    }
  }

  @Test
  void whoIsNobodyMayReadWhereThatIsAllowed() {
    credentials.set(Credentials.anonymous());
    tokens.anonymousPulls(true);
    try (FakeRegistry registry = registry(new RegistryAuth.Bearer(tokens))) {
      registry.injectManifest(
          "team/model", "v1", "application/vnd.oci.image.manifest.v1+json", Content.of("{}"));
      assertThat(repository(registry, "team/model").manifest("v1")).isPresent();
      failsWith(
          OciError.REGISTRY_DENIED,
          "no credentials",
          () -> push(repository(registry, "team/model"), "content"));
    }
  }

  @Test
  void aTokenServerThatFailsOnceIsAskedAgain() {
    try (FakeRegistry registry = registry(new RegistryAuth.Bearer(tokens))) {
      tokens.faults().once(RegistryRequestKind.TOKEN, Fault.status(503));
      assertThat(push(repository(registry, "team/model"), "content").size()).isEqualTo(7);
      tokens.faults().always(RegistryRequestKind.TOKEN, new Fault.Html(200));
      failsWith(
          OciError.REGISTRY_PROTOCOL,
          "did not return JSON",
          () -> push(repository(registry, "team/model"), "content"));
    }
  }

  @Test
  void longListsOfTagsComeInPages() {
    try (FakeRegistry registry = registry(new RegistryAuth.Bearer(tokens))) {
      for (int i = 0; i < 2500; i++) {
        registry.injectManifest(
            "team/model",
            String.format(Locale.ROOT, "t%04d", i),
            "application/vnd.oci.image.manifest.v1+json",
            Content.of("{}"));
      }
      assertThat(repository(registry, "team/model").tags()).hasSize(2500).isSorted();
      assertThat(registry.requests(RegistryRequestKind.TAGS).size()).isBetween(1, 4);
    }
  }
}
