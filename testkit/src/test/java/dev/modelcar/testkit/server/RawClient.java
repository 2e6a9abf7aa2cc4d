package dev.modelcar.testkit.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client without any opinion: bytes out, bytes in. */
final class RawClient implements AutoCloseable {
  private final Socket socket;

  RawClient(TestServer server) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(10_000);
  }

  Socket socket() {
    return socket;
  }

  InputStream input() throws IOException {
    return socket.getInputStream();
  }

  RawClient send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /** Reads up to and with the empty line after a head. */
  String readHead() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = input().read();
      if (next < 0) {
        throw new IOException("the server left after: " + head);
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  String read(int count) throws IOException {
    return new String(input().readNBytes(count), StandardCharsets.ISO_8859_1);
  }

  /** Reads until the server ends the connection. */
  String readAll() throws IOException {
    return new String(input().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
