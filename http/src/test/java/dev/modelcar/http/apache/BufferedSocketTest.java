package dev.modelcar.http.apache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.http.settings.TrustSettings;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import dev.modelcar.testkit.server.TestTls;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class BufferedSocketTest {
  private static final int RECORD = 16 << 10;

  @TempDir private Path folder;

  private ApacheTransport transport(TestTls tls) {
    return new ApacheTransport(
        HttpSettings.standard("test").with(TrustSettings.standard().withFile(tls.caFile())));
  }

  private static byte[] random(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Lengths around those of one record, of all that fit, and of a write of several buffers. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        RECORD - 1,
        RECORD,
        RECORD + 1,
        4 * RECORD,
        4 * RECORD + 1,
        5 * RECORD,
        1_000_003
      })
  void bytesArriveAsTheyAreInBothDirections(int length) throws IOException {
    TestTls tls = TestTls.create(folder);
    try (TestServer server =
            TestServer.start(
                "127.0.0.1",
                0,
                Optional.of(tls.serverContext()),
                call -> call.respond(200, Headers.none(), call.readBody(2 << 20)));
        ApacheTransport transport = transport(tls)) {
      byte[] bytes = random(length, length);
      for (int i = 0; i < 3; i++) { // on the same connection
        HttpRequest request = HttpRequest.of("POST", server.uri()).with(RequestBody.of(bytes));
        try (HttpResponse response = transport.send(request)) {
          assertThat(response.bytes(2 << 20)).isEqualTo(bytes);
        }
      }
      assertThat(server.connectionsAccepted()).isEqualTo(1);
    }
  }

  /** The watchdog counts as sent what was written, but for what fits into the library's buffer. */
  @Test
  void aWriteThatReturnedHasArrivedBeforeTheNext() throws Exception {
    TestTls tls = TestTls.create(folder);
    int[] writes = {8 * RECORD, 8 * RECORD + 1, 9 * RECORD - 1, 200_003, 300_007};
    Semaphore arrived = new Semaphore(0);
    try (SSLServerSocket server =
            (SSLServerSocket)
                tls.serverContext()
                    .getServerSocketFactory()
                    .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ApacheTransport transport = transport(tls)) {
      CompletableFuture<Void> reading =
          CompletableFuture.runAsync(() -> read(server, writes, arrived));
      URI uri = URI.create("https://127.0.0.1:" + server.getLocalPort() + "/");
      HttpRequest request = HttpRequest.of("PUT", uri).with(waiting(writes, arrived));
      try (HttpResponse response = transport.send(request)) {
        assertThat(response.status()).isEqualTo(204);
      } finally {
        reading.get();
      }
    }
  }

  private static RequestBody waiting(int[] writes, Semaphore arrived) {
    return new RequestBody() {
      @Override
      public OptionalLong length() {
        return OptionalLong.of(IntStream.of(writes).sum());
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        for (int write : writes) {
          out.write(random(write, write));
          try {
            arrived.acquire();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        }
      }
    };
  }

  private static void read(SSLServerSocket server, int[] writes, Semaphore arrived) {
    try (SSLSocket socket = (SSLSocket) server.accept()) {
      InputStream in = socket.getInputStream();
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
        head.write(next(in));
      }
      for (int write : writes) {
        assertThat(in.readNBytes(write)).isEqualTo(random(write, write));
        arrived.release();
      }
      socket
          .getOutputStream()
          .write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      arrived.release(writes.length); // nobody waits for a server that has failed
    }
  }

  private static int next(InputStream in) throws IOException {
    int b = in.read();
    if (b < 0) {
      throw new EOFException();
    }
    return b;
  }
}
