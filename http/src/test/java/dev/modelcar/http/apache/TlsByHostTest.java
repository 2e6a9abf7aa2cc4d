package dev.modelcar.http.apache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.http.settings.TrustSettings;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class TlsByHostTest {
  @TempDir private Path folder;

  @Test
  void aServerThatTakesTheFirstSuiteTakesTheQuickest() throws Exception {
    TestTls tls = TestTls.create(folder);
    try (SSLServerSocket server =
            (SSLServerSocket)
                tls.serverContext()
                    .getServerSocketFactory()
                    .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ApacheTransport transport =
            new ApacheTransport(
                HttpSettings.standard("test")
                    .with(TrustSettings.standard().withFile(tls.caFile())))) {
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
