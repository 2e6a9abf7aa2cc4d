package dev.modelcar.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveServerTest {
  private final RunRecord run =
      new RunRecord(List.of("ship", "x"), "modelcar 0", Instant.EPOCH, System::nanoTime);

  private static BufferedReader get(URI server, String path, String host) throws IOException {
    Socket socket = new Socket(InetAddress.getByName(server.getHost()), server.getPort());
    socket
        .getOutputStream()
        .write(
            "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                .formatted(path, host)
                .getBytes(StandardCharsets.US_ASCII));
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  @Test
  void viewersSeeHowItStandsAndHowItEnds() throws IOException {
    BufferedReader events;
    try (LiveServer server = LiveServer.start("127.0.0.1", 0, run)) {
      String page = String.join("\n", get(server.uri(), "/", "localhost:1").lines().toList());
      assertThat(page).startsWith("HTTP/1.1 200").contains("\"live\":true", "connect-src 'self'");
      events = get(server.uri(), "/events", "127.0.0.1");
      String line = events.readLine();
      while (!line.startsWith("data: ")) {
        line = events.readLine();
      }
      assertThat(line).contains("\"live\":true");
      run.result(Json.object().put("digest", "sha256:1"));
      run.exitCode(0);
    }
    List<String> rest = events.lines().filter(line -> line.startsWith("data: ")).toList();
    assertThat(rest.getLast()).contains("\"exitCode\":0", "sha256:1").doesNotContain("\"live\"");
  }

  @Test
  void anotherSiteInTheSameBrowserIsRefused() throws IOException {
    try (LiveServer server = LiveServer.start("127.0.0.1", 0, run)) {
      assertThat(get(server.uri(), "/", "evil.example").readLine()).contains("403");
      assertThat(get(server.uri(), "/else", "127.0.0.1").readLine()).contains("404");
    }
  }

  @Test
  void elsewhereATokenIsNeeded() throws IOException {
    try (LiveServer server = LiveServer.start("0.0.0.0", 0, run)) {
      String query = server.uri().getRawQuery();
      assertThat(query).matches("token=[0-9a-f]{32}");
      URI here = URI.create("http://127.0.0.1:" + server.uri().getPort());
      assertThat(get(here, "/", "host").readLine()).contains("403");
      assertThat(get(here, "/events?token=0", "host").readLine()).contains("403");
      assertThat(get(here, "/?" + query, "host").readLine()).contains("200");
    }
  }

  @Test
  void aViewerThatNeverReadsHoldsUpNobody() throws IOException {
    List<BufferedReader> viewers = new java.util.ArrayList<>();
    try (LiveServer server = LiveServer.start("127.0.0.1", 0, run)) {
      run.result(Json.object().put("text", "x".repeat(8 << 20)));
      for (int i = 0; i < 40; i++) {
        viewers.add(get(server.uri(), "/events", "localhost"));
      }
      // More than there may be are refused, and the page is there for others.
      assertThat(get(server.uri(), "/", "localhost").readLine()).contains("200");
    }
    assertThat(viewers).hasSize(40);
  }

  @Test
  void aPortThatIsTakenIsSaid() throws IOException {
    try (LiveServer server = LiveServer.start("127.0.0.1", 0, run)) {
      int taken = server.uri().getPort();
      assertThatThrownBy(() -> LiveServer.start("127.0.0.1", taken, run).close())
          .isInstanceOf(IOException.class);
    }
  }
}
