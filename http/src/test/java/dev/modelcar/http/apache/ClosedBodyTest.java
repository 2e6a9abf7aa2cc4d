package dev.modelcar.http.apache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What becomes of a connection when an answer is closed. */
final class ClosedBodyTest {
  private static final long LONG = 2L << 30;
  private static final int PIECE = 1 << 20;

  @Test
  void theRestOfALongBodyIsNotRead() throws Exception {
    AtomicLong sent = new AtomicLong();
    CountDownLatch cut = new CountDownLatch(1);
    try (TestServer server =
            TestServer.start(call -> {
              try (OutputStream out = call.stream(200, Headers.of(), LONG)) {
                for (; sent.get() < LONG; sent.addAndGet(PIECE)) {
                  out.write(new byte[PIECE]);
                }
              } finally {
                cut.countDown();
              }
            });
        HttpTransport transport = new ApacheTransport(HttpSettings.standard("test"))) {
      HttpResponse response = transport.send(HttpRequest.get(server.uri()));
      assertThat(response.body().readNBytes(PIECE)).hasSize(PIECE);
      response.close();
      assertThat(cut.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(sent.get()).isLessThan(64L << 20);
    }
  }

  @Test
  void aBodyReadToItsLastByteLeavesTheConnectionForTheNext() throws Exception {
    try (TestServer server =
            TestServer.start(call -> call.respond(200, Headers.of(), new byte[PIECE]));
        HttpTransport transport = new ApacheTransport(HttpSettings.standard("test"))) {
      for (int i = 0; i < 3; i++) {
        readExactly(transport, server);
      }
      assertThat(server.connectionsAccepted()).isEqualTo(1);
    }
  }

  /** As one reads who knows the size and asks for no byte more. */
  private static void readExactly(HttpTransport transport, TestServer server) throws IOException {
    HttpResponse response = transport.send(HttpRequest.get(server.uri()));
    assertThat(response.body().readNBytes(PIECE)).hasSize(PIECE);
    response.close();
  }
}
