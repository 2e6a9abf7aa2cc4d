package dev.modelcar.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports that nobody listens on. */
public final class FreePort {
  /** Ports between those where two processes begin that were started one after the other. */
  private static final long APART = 37;

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
   * A port of a range that nobody listened on a moment ago, on any interface. Processes begin to
   * look at different ones: two that took the same at once could each take the other's server for
   * its own.
   *
   * @throws UncheckedIOException if there is none
   */
  public static int findBetween(int first, int last) {
    int count = last - first + 1;
    int start = (int) (ProcessHandle.current().pid() * APART % count);
    for (int i = 0; i < count; i++) {
      try (ServerSocket socket = new ServerSocket(first + (start + i) % count, 1)) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Somebody has it: the next.
      }
    }
    throw new UncheckedIOException(
        new IOException("no free port from %d to %d".formatted(first, last)));
  }
}
