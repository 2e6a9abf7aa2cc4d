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
import dev.modelcar.http.settings.TrustSettings;
import dev.modelcar.testkit.server.Handler;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refusals that come while the request is still being sent. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class EarlyResponseTest {
  private static final int UPLOADS = 8;

  @TempDir Path folder;

  private final AtomicLong clock = new AtomicLong();

  /**
   * Writes one piece, waits until all uploads are refused and some time has passed, and goes on.
   */
  private static final class Upload implements RequestBody {
    private static final int PIECE = 64 << 10;

    private final CountDownLatch refused;
    private int written;

    Upload(CountDownLatch refused) {
      this.refused = refused;
    }

    @Override
    public OptionalLong length() {
      return OptionalLong.of(1L << 40);
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write(new byte[PIECE]);
      try {
        refused.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
      while (true) {
        written++;
        out.write(new byte[PIECE]);
      }
    }
  }

  /** On TLS, to look for a response takes time: it is done now and then, on each connection. */
  @Test
  void eachOfManyUploadsOverTlsNoticesItsRefusal() throws Exception {
    TestTls tls = TestTls.create(folder);
    CountDownLatch allRefused = new CountDownLatch(UPLOADS);
    CountDownLatch goOn = new CountDownLatch(1);
    Handler refusing =
        call -> {
          call.body().skipNBytes(1);
          call.respond(401, Headers.none());
          allRefused.countDown();
        };
    HttpSettings settings =
        HttpSettings.standard("test").with(TrustSettings.standard().withFile(tls.caFile()));
    try (TestServer server =
            TestServer.start("127.0.0.1", 0, Optional.of(tls.serverContext()), refusing);
        HttpTransport transport = new ApacheTransport(settings, clock::get);
        ExecutorService threads = Executors.newFixedThreadPool(UPLOADS)) {
      List<Upload> uploads = new ArrayList<>();
      List<Future<Integer>> statuses = new ArrayList<>();
      for (int i = 0; i < UPLOADS; i++) {
        Upload upload = new Upload(goOn);
        uploads.add(upload);
        HttpRequest request =
            HttpRequest.of("PATCH", server.uri())
                .with(upload)
                .with(Timeouts.of(Duration.ofSeconds(20)));
        statuses.add(
            threads.submit(() -> {
              try (HttpResponse response = transport.send(request)) {
                return response.status();
              }
            }));
      }
      allRefused.await();
      clock.addAndGet(Duration.ofSeconds(1).toNanos());
      goOn.countDown();
      for (Future<Integer> status : statuses) {
        assertThat(status.get()).isEqualTo(401);
      }
      assertThat(uploads).allSatisfy(upload -> assertThat(upload.written).isEqualTo(1));
    }
  }

  /** However often a server says that it goes on, at some point it has to respond. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1 << 20})
  void interimResponsesWithoutAnEndAreNoResponse(int body) {
    Handler talking =
        call -> {
          while (true) {
            call.inform(102);
          }
        };
    try (TestServer server = TestServer.start(talking);
        HttpTransport transport = new ApacheTransport(HttpSettings.standard("test"))) {
      HttpRequest request =
          HttpRequest.of("PUT", server.uri())
              .with(RequestBody.of(new byte[body]))
              .with(Timeouts.of(Duration.ofSeconds(20)));
      assertThatThrownBy(() -> transport.send(request))
          .isInstanceOfSatisfying(
              TransportException.class,
              e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.NOT_HTTP));
    }
  }

  /**
   * They do not begin the wait anew: with each look of the watchdog a second passes, and one more
   * of them comes.
   */
  @Test
  void interimResponsesDoNotDelayTheTimeout() throws IOException {
    Semaphore looks = new Semaphore(0);
    LongSupplier passing =
        () -> {
          if (!Thread.currentThread().getName().equals("modelcar-watchdog")) {
            return clock.get();
          }
          looks.release();
          return clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        };
    Handler talking =
        call -> {
          while (true) {
            looks.acquireUninterruptibly();
            call.inform(102);
          }
        };
    try (TestServer server = TestServer.start(talking);
        HttpTransport own = new ApacheTransport(HttpSettings.standard("test"), passing)) {
      HttpRequest request = HttpRequest.get(server.uri()).with(Timeouts.of(Duration.ofSeconds(20)));
      assertThatThrownBy(() -> own.send(request)).hasMessageContaining("no response for");
      looks.release(Short.MAX_VALUE);
    }
  }
}
