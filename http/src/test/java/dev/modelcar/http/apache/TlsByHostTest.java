package dev.modelcar.http.apache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.TransportException;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.http.settings.TrustSettings;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class TlsByHostTest {
  @TempDir private Path folder;

  private static SSLServerSocket server(TestTls tls) throws IOException {
    return (SSLServerSocket)
        tls.serverContext()
            .getServerSocketFactory()
            .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private static ApacheTransport trusting(TestTls tls) {
    return new ApacheTransport(
        HttpSettings.standard("test").with(TrustSettings.standard().withFile(tls.caFile())));
  }

  @Test
  void aServerThatTakesTheFirstSuiteTakesTheQuickest() throws Exception {
    TestTls tls = TestTls.create(folder);
    try (SSLServerSocket server = server(tls);
        ApacheTransport transport = trusting(tls)) {
      SSLParameters parameters = server.getSSLParameters();
      parameters.setUseCipherSuitesOrder(false);
      server.setSSLParameters(parameters);
      CompletableFuture<String> suite = CompletableFuture.supplyAsync(() -> answer(server));
      try (HttpResponse response =
          transport.send(
              HttpRequest.get(URI.create("https://127.0.0.1:" + server.getLocalPort() + "/")))) {
        assertThat(response.status()).isEqualTo(204);
      }
      assertThat(suite.get()).isEqualTo("TLS_AES_128_GCM_SHA256");
    }
  }

  /** Its first byte has come, so the socket does not time out; the rest never does. */
  @Test
  void aHandshakeThatDoesNotEndIsEnded() throws Exception {
    AtomicLong clock = new AtomicLong();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ApacheTransport transport =
            new ApacheTransport(HttpSettings.standard("test"), clock::get)) {
      CompletableFuture<Socket> begun =
          CompletableFuture.supplyAsync(() -> {
            try {
              Socket socket = server.accept();
              int _ = socket.getInputStream().read();
              socket.getOutputStream().write(0x16);
              clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
              return socket;
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      URI uri = URI.create("https://127.0.0.1:" + server.getLocalPort() + "/");
      assertThatThrownBy(() -> transport.send(HttpRequest.get(uri)))
          .isInstanceOfSatisfying(
              TransportException.class,
              e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.UNREACHABLE))
          .hasMessageContaining("the TLS handshake did not end within 60 s");
      begun.get().close();
    }
  }

  /** With TLS 1.3 it says so when the client believes that all is well. */
  @Test
  void aServerThatWantsACertificateOfItsClientsIsNamed() throws Exception {
    TestTls tls = TestTls.create(folder);
    try (SSLServerSocket server = server(tls);
        ApacheTransport transport = trusting(tls)) {
      server.setNeedClientAuth(true);
      server.setEnabledProtocols(new String[] {"TLSv1.3"});
      Thread serving =
          Thread.ofVirtual()
              .start(() -> {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                  socket.startHandshake();
                } catch (IOException e) {
                  // The client has no certificate.
                }
              });
      URI uri = URI.create("https://127.0.0.1:" + server.getLocalPort() + "/");
      assertThatThrownBy(() -> transport.send(HttpRequest.get(uri)))
          .hasMessageContaining("the server requires a certificate of its clients");
      serving.join();
    }
  }

  private static String answer(SSLServerSocket server) {
    try (SSLSocket socket = (SSLSocket) server.accept()) {
      String suite = socket.getSession().getCipherSuite();
      socket
          .getOutputStream()
          .write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      return suite;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
