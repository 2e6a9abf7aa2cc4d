package dev.modelcar.testkit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestServerTest {
  private static final Handler ECHO =
      call -> {
        byte[] body = call.readBody(1 << 20);
        String text = call.method() + " " + call.path() + " " + new String(body, UTF_8);
        call.respond(200, Headers.none(), text.getBytes(UTF_8));
      };

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: here\r\n\r\n";
  }

  @Test
  void servesPipelinedRequestsInOrderOverOneConnection() throws IOException {
    try (TestServer server = TestServer.start(ECHO);
        RawClient client = new RawClient(server)) {
      String post = "POST /b HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\n\r\nxyz";

      client.send(get("/a") + post + get("/c?q=1"));

      assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n").contains("Content-Length: 7");
      assertThat(client.read(7)).isEqualTo("GET /a ");
      client.readHead();
      assertThat(client.read(11)).isEqualTo("POST /b xyz");
      client.readHead();
      assertThat(client.read(7)).isEqualTo("GET /c ");
      assertThat(server.connectionsAccepted()).isEqualTo(1);
    }
  }

  @Test
  void takesOffTheFramingOfChunks() throws IOException {
    try (TestServer server = TestServer.start(ECHO);
        RawClient client = new RawClient(server)) {
      client.send("PUT /a HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.send("3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n" + get("/next"));

      client.readHead();
      assertThat(client.read(20)).isEqualTo("PUT /a abc0123456789");
      assertThat(client.readHead()).contains("200");
    }
  }

  @Test
  void answersInChunks() throws Exception {
    Handler handler =
        call -> {
          try (OutputStream out = call.streamChunked(200, Headers.none())) {
            out.write("one".getBytes(UTF_8));
            out.write("two".getBytes(UTF_8));
          }
        };
    try (TestServer server = TestServer.start(handler);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(server.uri()).build(), HttpResponse.BodyHandlers.ofString());

      assertThat(response.body()).isEqualTo("onetwo");
      assertThat(response.headers().firstValue("Transfer-Encoding")).contains("chunked");
    }
  }

  @Test
  void asksForTheBodyOnlyWhenItIsRead() throws IOException {
    try (TestServer server = TestServer.start(ECHO);
        RawClient client = new RawClient(server)) {
      client.send(
          "PUT /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");

      assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      client.send("ok");
      assertThat(client.readHead()).startsWith("HTTP/1.1 200");
      assertThat(client.read(9)).isEqualTo("PUT /a ok");
    }
  }

  @Test
  void refusesWithoutAskingForTheBody() throws IOException {
    try (TestServer server = TestServer.start(call -> call.respond(401, Headers.none()));
        RawClient client = new RawClient(server)) {
      client.send(
          "PUT /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");

      assertThat(client.readHead()).startsWith("HTTP/1.1 401").contains("Connection: close");
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void tellsTheLengthForHeadButSendsNoBody() throws IOException {
    Handler handler = call -> call.respond(200, Headers.none(), "0123456789".getBytes(UTF_8));
    try (TestServer server = TestServer.start(handler);
        RawClient client = new RawClient(server)) {
      client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n" + get("/b"));

      assertThat(client.readHead()).contains("Content-Length: 10");
      assertThat(client.readHead()).contains("Content-Length: 10");
      assertThat(client.read(10)).isEqualTo("0123456789");
    }
  }

  @Test
  void answersBeforeALargeBodyHasComeAndCloses() throws IOException {
    try (TestServer server = TestServer.start(call -> call.respond(413, Headers.none()));
        RawClient client = new RawClient(server)) {
      client.send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 10000000\r\n\r\n");
      client.send("x".repeat(100_000));

      assertThat(client.readHead()).startsWith("HTTP/1.1 413").contains("Connection: close");
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void readsASmallBodyThatTheHandlerLeft() throws IOException {
    try (TestServer server = TestServer.start(call -> call.respond(200, Headers.none()));
        RawClient client = new RawClient(server)) {
      client.send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n");
      client.send("x".repeat(200_000) + get("/b"));

      assertThat(client.readHead()).startsWith("HTTP/1.1 200").doesNotContain("close");
      assertThat(client.readHead()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void breaksTheConnectionWhenAnAnswerIsShorterThanAnnounced() throws IOException {
    Handler handler = call -> call.stream(200, Headers.none(), 100).write(new byte[40]);
    try (TestServer server = TestServer.start(handler);
        RawClient client = new RawClient(server)) {
      client.send(get("/a"));

      assertThat(client.readHead()).contains("Content-Length: 100");
      assertThat(client.readAll()).hasSize(40);
    }
  }

  @Test
  void refusesWhatIsNotHttpOrTooLarge() throws IOException {
    try (TestServer server = TestServer.start(ECHO)) {
      try (RawClient client = new RawClient(server)) {
        assertThat(client.send("hello\r\n\r\n").readAll()).startsWith("HTTP/1.1 400");
      }
      try (RawClient client = new RawClient(server)) {
        String large = "GET / HTTP/1.1\r\nX: " + "y".repeat(40_000) + "\r\n\r\n";
        assertThat(client.send(large).readHead()).startsWith("HTTP/1.1 431");
      }
      try (RawClient client = new RawClient(server)) {
        String many = "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(201) + "\r\n";
        assertThat(client.send(many).readHead()).startsWith("HTTP/1.1 431");
      }
      try (RawClient client = new RawClient(server)) {
        String both = "PUT / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
        assertThat(client.send(both).readAll()).startsWith("HTTP/1.1 400");
      }
    }
  }

  @Test
  void refusesConnectionsForAWhile() throws IOException {
    try (TestServer server = TestServer.start(ECHO);
        RawClient old = new RawClient(server)) {
      old.send(get("/1")).readHead();
      server.refuse();
      assertThatThrownBy(() -> new RawClient(server).close()).isInstanceOf(ConnectException.class);
      old.read(7);
      assertThat(old.send(get("/2")).readHead()).contains("200");
      server.accept();
      try (RawClient client = new RawClient(server)) {
        assertThat(client.send(get("/3")).readHead()).contains("200");
      }
    }
  }

  @Test
  void cutsConnectionsThatExist() throws IOException {
    try (TestServer server = TestServer.start(ECHO);
        RawClient client = new RawClient(server)) {
      client.send(get("/1")).readHead();
      client.read(7);
      server.cutConnections();
      assertThat(client.input().read()).isEqualTo(-1);
    }
  }

  @Test
  void showsAMistakeOfTheTest() throws IOException {
    Handler broken =
        call -> {
          throw new IllegalStateException("a mistake");
        };
    try (TestServer server = TestServer.start(broken);
        RawClient client = new RawClient(server)) {
      assertThat(client.send(get("/1")).readAll()).startsWith("HTTP/1.1 500").contains("a mistake");
      assertThat(server.failures()).hasSize(1);
    }
  }

  @Test
  void speaksTlsWithACertificateThatIsItsOwnAuthority(@TempDir Path folder) throws Exception {
    TestTls tls = TestTls.create(folder, "hub.example");
    try (TestServer server =
            TestServer.start("127.0.0.1", 0, Optional.of(tls.serverContext()), ECHO);
        HttpClient client = HttpClient.newBuilder().sslContext(tls.clientContext()).build()) {
      URI uri = URI.create("https://localhost:" + server.port() + "/a");
      HttpResponse<String> response =
          client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());

      assertThat(response.body()).isEqualTo("GET /a ");
      assertThat(tls.serverKey()).content().startsWith("-----BEGIN PRIVATE KEY-----");
      assertThat(tls.caFile()).content().startsWith("-----BEGIN CERTIFICATE-----");
    }
  }
}
