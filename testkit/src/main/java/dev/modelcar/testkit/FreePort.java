package dev.modelcar.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports that nobody listens on. */
public final class FreePort {
  private FreePort() {}

  /**
   * A port of 127.0.0.1 that was free a moment ago. Somebody else may take it before it is used, so
   * be ready to try another.
   *
   * @throws UncheckedIOException if there is none
   */
  public static int find() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    }
  }

  /**
   * The first port of a range that nobody listened on a moment ago, on any interface.
   *
   * @throws UncheckedIOException if there is none
   */
  public static int findBetween(int first, int last) {
    for (int port = first; port <= last; port++) {
      try (ServerSocket socket = new ServerSocket(port, 1)) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Somebody has it: the next.
      }
    }
    throw new UncheckedIOException(
        new IOException("no free port from %d to %d".formatted(first, last)));
  }
}
