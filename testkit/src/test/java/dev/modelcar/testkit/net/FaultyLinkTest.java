package dev.modelcar.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.testkit.server.Handler;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FaultyLinkTest {
  private static final int ANSWER = 1 << 20;

  /** More than all buffers between two sockets can hold. */
  private static final int LARGE_ANSWER = 64 << 20;

  private static final Handler ZEROS =
      call -> {
        int size = call.path().equals("/large") ? LARGE_ANSWER : ANSWER;
        call.stream(200, Headers.none(), size).write(new byte[size]);
      };
  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

  private final TestServer server = TestServer.start(ZEROS);
  private final FaultyLink link = FaultyLink.to("127.0.0.1", server.port());

  @AfterEach
  void stop() {
    link.close();
    server.close();
  }

  private Socket open() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), link.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void ask(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
  }

  private int answerLength() throws IOException {
    try (Socket socket = open()) {
      ask(socket, REQUEST);
      return socket.getInputStream().readAllBytes().length;
    }
  }

  @Test
  void carriesAndCountsBytes() throws IOException {
    int length = answerLength();
    assertThat(length).isGreaterThan(ANSWER);
    assertThat(link.bytes(Direction.TO_CLIENT)).isEqualTo(length);
    assertThat(link.bytes(Direction.TO_SERVER)).isEqualTo(REQUEST.length());
    assertThat(link.connections()).isEqualTo(1);
  }

  @Test
  void cutsGentlyAfterExactlySoManyBytes() throws IOException {
    link.cutAfter(Direction.TO_CLIENT, 123_456, false, 2);
    assertThat(answerLength()).isEqualTo(123_456);
    assertThat(answerLength()).isEqualTo(123_456);
    assertThat(answerLength()).isGreaterThan(ANSWER);
  }

  @Test
  void cutsHard() throws IOException {
    link.cutAfter(Direction.TO_CLIENT, 10_000, true, 1);
    assertThatThrownBy(this::answerLength).isInstanceOf(SocketException.class);
    assertThat(link.bytes(Direction.TO_CLIENT)).isEqualTo(10_000);
  }

  @Test
  void cutsOnTheWayToTheServer() throws IOException {
    link.cutAfter(Direction.TO_SERVER, 5, false, 1);
    assertThat(answerLength()).isZero();
    assertThat(link.bytes(Direction.TO_SERVER)).isEqualTo(5);
  }

  @Test
  void stallsUntilItIsHealed() throws IOException {
    link.stallAfter(Direction.TO_CLIENT, 1000);
    try (Socket socket = open()) {
      ask(socket, REQUEST);
      assertThat(socket.getInputStream().readNBytes(1000).length).isEqualTo(1000);
      socket.setSoTimeout(100);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      socket.setSoTimeout(10_000);
      link.heal();
      assertThat(socket.getInputStream().readAllBytes().length).isGreaterThan(1_000_000);
    }
  }

  @Test
  void throttles() throws IOException {
    link.throttle(1);
    try (Socket socket = open()) {
      ask(socket, REQUEST);
      socket.setSoTimeout(200);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(link.bytes(Direction.TO_SERVER)).isLessThan(REQUEST.length());
    }
  }

  @Test
  void refusesForAWhileAndCutsWhatExists() throws IOException {
    try (Socket socket = open()) {
      ask(socket, REQUEST.replace("/ ", "/large "));
      socket.getInputStream().readNBytes(1);
      link.refuse();
      assertThatThrownBy(() -> open().close()).isInstanceOf(ConnectException.class);
      link.cut();
      assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
          .isInstanceOf(SocketException.class);
    }
    link.accept();
    assertThat(answerLength()).isGreaterThan(ANSWER);
  }

  @Test
  void resetsWhenNobodyIsThere() throws IOException {
    server.close();
    assertThatThrownBy(this::answerLength).isInstanceOf(SocketException.class);
  }
}
