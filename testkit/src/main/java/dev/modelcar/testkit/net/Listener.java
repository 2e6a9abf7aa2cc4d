package dev.modelcar.testkit.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;

/** A port that is listened on, with the thread that accepts its connections. */
public final class Listener implements AutoCloseable {
  private static final int BACKLOG = 1024;

  private final ServerSocket socket;
  private final Thread acceptor;

  private Listener(ServerSocket socket, Consumer<Socket> accepted) {
    this.socket = socket;
    this.acceptor =
        Thread.ofVirtual()
            .name("accept-" + socket.getLocalPort())
            .unstarted(() -> acceptAll(socket, accepted));
  }

  /**
   * Listens on an address.
   *
   * @param address with port 0 for a free one
   * @param accepted gets each connection; must return at once
   * @throws IOException if it cannot be listened on
   */
  public static Listener open(InetSocketAddress address, Consumer<Socket> accepted)
      throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(address, BACKLOG);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    Listener listener = new Listener(socket, accepted);
    listener.acceptor.start();
    return listener;
  }

  private static void acceptAll(ServerSocket socket, Consumer<Socket> accepted) {
    try {
      while (true) {
        accepted.accept(socket.accept());
      }
    } catch (IOException e) {
      // The listening socket was closed.
    }
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** Stops listening; after it returned, connections are refused and the port is free. */
  @Override
  public void close() {
    try {
      socket.close();
      // The socket is in use until its last reader has noticed.
      acceptor.join();
    } catch (IOException e) {
      // Closing is all that could be done.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
