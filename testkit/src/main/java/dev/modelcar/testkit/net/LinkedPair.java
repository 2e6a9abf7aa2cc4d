package dev.modelcar.testkit.net;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** A client's connection to the link, and the link's own to the server. */
final class LinkedPair {
  private static final int BUFFER = 64 << 10;

  private final Socket client;
  private final Socket server = new Socket();
  private final InetSocketAddress serverAddress;
  private final LinkFaults faults;
  private final AtomicLong toServer;
  private final AtomicLong toClient;
  private volatile boolean ended;

  LinkedPair(
      Socket client,
      InetSocketAddress serverAddress,
      LinkFaults faults,
      AtomicLong toServer,
      AtomicLong toClient) {
    this.client = client;
    this.serverAddress = serverAddress;
    this.faults = faults;
    this.toServer = toServer;
    this.toClient = toClient;
  }

  /** Carries bytes both ways until both sides have ended, or the link ends it. */
  void run() {
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(serverAddress);
      Thread back =
          Thread.startVirtualThread(() -> carry(Direction.TO_CLIENT, server, client, toClient));
      carry(Direction.TO_SERVER, client, server, toServer);
      back.join();
      end(false);
    } catch (IOException e) {
      // Nobody is there: the client sees its connection reset.
      end(true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end(true);
    }
  }

  private void carry(Direction direction, Socket from, Socket to, AtomicLong counter) {
    try {
      carryBytes(direction, from.getInputStream(), to.getOutputStream(), counter);
      to.shutdownOutput();
    } catch (IOException e) {
      end(true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end(true);
    }
  }

  private void carryBytes(Direction direction, InputStream in, OutputStream out, AtomicLong counter)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[BUFFER];
    long gone = 0;
    long rate = faults.bytesPerSecond();
    Pace pace = faults.pace();
    while (!ended) {
      long left = faults.untilFault(direction, gone);
      if (left == 0) {
        if (faults.takeCut(direction, gone)) {
          end(faults.cutWithReset());
          return;
        }
        faults.awaitHealing(direction, gone, () -> ended);
        continue;
      }
      int got = in.read(buffer, 0, pace.slice((int) Math.min(buffer.length, left)));
      if (got < 0) {
        return;
      }
      if (rate != faults.bytesPerSecond()) {
        rate = faults.bytesPerSecond();
        pace = faults.pace();
      }
      counter.addAndGet(got);
      gone += got;
      out.write(buffer, 0, got);
      pace.moved(got);
    }
  }

  /** Ends both connections. */
  void end(boolean reset) {
    ended = true;
    for (Socket socket : new Socket[] {client, server}) {
      try {
        if (reset) {
          socket.setSoLinger(true, 0);
        } else if (socket.isConnected() && !socket.isOutputShutdown()) {
          socket.shutdownOutput();
        }
      } catch (IOException e) {
        // It has ended already.
      }
      closeQuietly(socket);
    }
    faults.wake();
  }

  static void closeQuietly(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Closing is all that could be done.
    }
  }
}
