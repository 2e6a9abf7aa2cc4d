package dev.modelcar.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.http.HttpError;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.Timeouts;
import dev.modelcar.http.apache.ApacheTransport;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.registry.client.RegistryProfile;
import dev.modelcar.oci.registry.client.RegistrySettings;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Handler;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults that do not pass end soon, and are called by their names. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class PermanentFaultsTest {
  private static final RegistryProfile IN_PIECES =
      RegistryProfile.of(RegistryProfile.Kind.UNKNOWN)
          .with(new RegistryProfile.Upload.Chunks(4 << 20));
  private static final byte[] BYTES = new byte[24 << 20];

  static {
    new Random(8).nextBytes(BYTES);
  }

  private final FakeRegistry registry = FakeRegistry.start();
  private final HttpTransport transport = new ApacheTransport(HttpSettings.standard("test"));
  private final List<String> waits = new ArrayList<>();

  @AfterEach
  void close() {
    transport.close();
    registry.close();
  }

  private RegistryRepository repository(Duration budget) {
    return repository(registry.authority(), budget);
  }

  private RegistryRepository repository(String host, Duration budget) {
    RegistrySettings standard = RegistrySettings.standard();
    RetryPolicy usual = RetryPolicy.standard();
    RetryPolicy policy =
        new RetryPolicy(
            Duration.ofMillis(5),
            Duration.ofMillis(50),
            budget,
            usual.sleeper(),
            new Random(1),
            System::nanoTime);
    return new Registries(
            new RegistrySettings(
                standard.credentials(),
                policy,
                (wait, why) -> waits.add(why),
                Timeouts.of(Duration.ofMillis(150)),
                name -> Optional.of(IN_PIECES),
                standard.clock(),
                standard.loginAdvice()),
            transport)
        .repository(
            (ImageReference.Registry) ImageReference.parse("http://" + host + "/team/model"));
  }

  private static BlobContent content() {
    return BlobContent.of("a layer", BYTES);
  }

  private void upload(Duration budget) {
    repository(budget).write(content(), UploadMemory.none(), TransferListener.none());
  }

  private static void failsWith(ErrorCode code, String says, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ModelcarException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(says);
  }

  /** Reads the first MiB of an upload and then nothing, and has forgotten it when it is asked. */
  private static final class Unwilling implements Handler {
    private static final int MOST = 8 << 20;

    private final Map<String, AtomicInteger> uploads = new ConcurrentHashMap<>();
    private final AtomicInteger patches = new AtomicInteger();
    private final boolean silent;

    Unwilling(boolean silent) {
      this.silent = silent;
    }

    @Override
    public void handle(Call call) throws IOException {
      switch (call.method()) {
        case "GET", "HEAD" -> call.respond(call.path().equals("/v2/") ? 200 : 404, Headers.none());
        case "POST" -> {
          String upload = "/v2/team/model/blobs/uploads/" + uploads.size();
          uploads.put(upload, new AtomicInteger());
          call.respond(202, Headers.of("Location", upload));
        }
        case "PATCH" -> {
          patches.incrementAndGet();
          AtomicInteger read = uploads.getOrDefault(call.path(), new AtomicInteger());
          byte[] some = call.body().readNBytes(MOST - read.get());
          if (read.addAndGet(some.length) < MOST) {
            call.respond(202, Headers.of("Location", call.path()));
          } else if (silent) {
            call.hang();
          } else {
            call.reset();
          }
        }
        default -> call.respond(404, Headers.none());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bytesInASocketAreNoProgress(boolean silent) {
    Unwilling unwilling = new Unwilling(silent);
    try (TestServer server = TestServer.start(unwilling)) {
      assertThatThrownBy(() ->
              repository(server.authority(), Duration.ofSeconds(1))
                  .write(content(), UploadMemory.none(), TransferListener.none()))
          .isInstanceOfSatisfying(
              ModelcarException.class,
              e -> assertThat(e.code()).isIn(HttpError.NETWORK_STALLED, HttpError.NETWORK_BROKEN));
    }
    assertThat(unwilling.patches).hasValueLessThan(silent ? 25 : 60);
  }

  @Test
  void aServerThatAsksForMoreThanTheBudgetIsNotWaitedFor() {
    Headers hour = Headers.of("Retry-After", "3600");
    for (RegistryRequestKind kind :
        List.of(
            RegistryRequestKind.PING,
            RegistryRequestKind.UPLOAD_START,
            RegistryRequestKind.UPLOAD_PATCH,
            RegistryRequestKind.UPLOAD_CLOSE)) {
      registry.faults().clear();
      registry.faults().always(kind, new Fault.Status(429, hour, ""));
      assertThatThrownBy(() -> upload(Duration.ofMinutes(2)))
          .isInstanceOfSatisfying(
              ModelcarException.class,
              e -> assertThat(e.hint()).as(e.getMessage()).contains("3601 s", "--retry-for"));
    }
    assertThat(waits).isEmpty();
  }

  private byte[] read(Descriptor blob, long offset) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BlobReader reader = repository(Duration.ofMinutes(2)).openBlob(blob, offset)) {
      while (reader.transferTo(out, Long.MAX_VALUE) >= 0) {
        // Until the end.
      }
    }
    return out.toByteArray();
  }

  @Test
  void aRangeOfTheRightLengthNeedsNoHeader() throws IOException {
    registry.inject("team/model", Content.of(BYTES));
    Descriptor blob = Descriptor.of("x", Sha256.of(BYTES), BYTES.length);
    registry.faults().always(RegistryRequestKind.BLOB_GET, new Fault.NoContentRange(false));
    assertThat(read(blob, 1000)).hasSize(BYTES.length - 1000);
    assertThat(waits).isEmpty();
  }

  @Test
  void aHeaderThatMakesResponsesUselessIsNamedAtOnce() {
    registry.inject("team/model", Content.of(BYTES));
    Descriptor blob = Descriptor.of("x", Sha256.of(BYTES), BYTES.length);
    registry.faults().always(RegistryRequestKind.BLOB_GET, new Fault.NoContentRange(true));
    failsWith(OciError.REGISTRY_PROTOCOL, "Content-Range", () -> read(blob, 1000));
    registry.faults().clear();
    registry.faults().always(RegistryRequestKind.BLOB_GET, new Fault.GzipBody());
    failsWith(OciError.REGISTRY_PROTOCOL, "Content-Encoding: gzip", () -> read(blob, 0));
    assertThat(waits).hasSizeLessThan(5);
  }
}
