package dev.modelcar.testkit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class CallFaultsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";

  @Test
  void resetIsSeenAsReset() throws IOException {
    try (TestServer server = TestServer.start(Call::reset);
        RawClient client = new RawClient(server)) {
      client.send(GET);
      assertThatThrownBy(() -> client.input().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void dropIsSeenAsTheEnd() throws IOException {
    try (TestServer server = TestServer.start(Call::drop);
        RawClient client = new RawClient(server)) {
      client.send("PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: 9999999\r\n\r\n");
      client.send("x".repeat(1 << 20));
      assertThat(client.input().read()).isEqualTo(-1);
    }
  }

  @Test
  void hangIsSilentUntilItIsCut() throws IOException {
    try (TestServer server = TestServer.start(Call::hang);
        RawClient client = new RawClient(server)) {
      client.send(GET);
      client.socket().setSoTimeout(100);
      assertThatThrownBy(() -> client.input().read()).isInstanceOf(SocketTimeoutException.class);
      server.cutConnections();
      client.socket().setSoTimeout(10_000);
      assertThat(client.input().read()).isEqualTo(-1);
    }
  }

  @Test
  void hangEndsWhenThePeerLeaves() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    Handler handler =
        call -> {
          call.hang();
          over.countDown();
        };
    try (TestServer server = TestServer.start(handler);
        RawClient client = new RawClient(server)) {
      client.send(GET);
      client.socket().close();
      assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void rawBytesGoOutAsTheyAre() throws IOException {
    try (TestServer server = TestServer.start(call -> call.raw("no HTTP".getBytes(UTF_8)));
        RawClient client = new RawClient(server)) {
      assertThat(client.send(GET).readAll()).isEqualTo("no HTTP");
    }
  }

  @Test
  void interruptsTheBodyAfterExactlySoManyBytes() throws IOException {
    AtomicLong read = new AtomicLong();
    Handler handler =
        call -> {
          call.interruptBody(1000, Ending.DROP);
          byte[] buffer = new byte[300];
          while (call.body().read(buffer) >= 0) {
            read.set(call.bodyBytesRead());
          }
        };
    try (TestServer server = TestServer.start(handler);
        RawClient client = new RawClient(server)) {
      client.send("PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: 5000\r\n\r\n");
      client.send("x".repeat(5000));
      assertThat(client.readAll()).isEmpty();
      assertThat(read).hasValue(1000);
    }
  }

  @Test
  void interruptsTheAnswerAfterExactlySoManyBytes() throws IOException {
    Handler handler =
        call -> {
          call.interruptAnswer(70, Ending.DROP);
          call.respond(200, Headers.none(), new byte[100]);
        };
    try (TestServer server = TestServer.start(handler);
        RawClient client = new RawClient(server)) {
      client.send(GET);
      assertThat(client.readHead()).contains("Content-Length: 100");
      assertThat(client.readAll()).hasSize(70);
    }
  }

  @Test
  void interruptsTheAnswerBeforeItsFirstByte() throws IOException {
    Handler handler =
        call -> {
          call.interruptAnswer(0, Ending.DROP);
          call.respond(200, Headers.none(), new byte[100]);
        };
    try (TestServer server = TestServer.start(handler);
        RawClient client = new RawClient(server)) {
      client.send(GET);
      assertThat(client.readHead()).contains("Content-Length: 100");
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void losesTheAnswerOfARequestThatTookEffect() throws IOException {
    AtomicLong effect = new AtomicLong();
    Handler handler =
        call -> {
          call.loseAnswer(Ending.DROP, 0);
          effect.set(call.readBody(10).length);
          call.respond(201, Headers.none());
        };
    try (TestServer server = TestServer.start(handler);
        RawClient client = new RawClient(server)) {
      client.send("PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\n\r\nabc");
      assertThat(client.readAll()).isEmpty();
      assertThat(effect).hasValue(3);
    }
  }

  @Test
  void hidesTheAnswerOfARequestThatTookEffect() throws IOException {
    Handler handler =
        call -> {
          call.replaceAnswer(504, Headers.of("Server", "nginx"), "late".getBytes(UTF_8));
          call.stream(200, Headers.none(), 5).write(new byte[5]);
        };
    try (TestServer server = TestServer.start(handler);
        RawClient client = new RawClient(server)) {
      client.send(GET + GET);
      assertThat(client.readHead()).startsWith("HTTP/1.1 504").contains("Server: nginx");
      assertThat(client.read(4)).isEqualTo("late");
      assertThat(client.readHead()).startsWith("HTTP/1.1 504");
    }
  }
}
