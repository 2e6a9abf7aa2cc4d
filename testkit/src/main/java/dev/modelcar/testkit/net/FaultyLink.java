package dev.modelcar.testkit.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A link to a real server that breaks on demand: a TCP proxy on a free port of 127.0.0.1. May be
 * changed while it is used, by any thread; what is set counts for connections that exist, too, but
 * to the byte only for those that are made afterwards.
 */
public final class FaultyLink implements AutoCloseable {
  private final InetSocketAddress server;
  private final int port;
  private final Set<LinkedPair> pairs = ConcurrentHashMap.newKeySet();
  private final AtomicLong toServer = new AtomicLong();
  private final AtomicLong toClient = new AtomicLong();
  private final AtomicLong connections = new AtomicLong();
  private final LinkFaults faults = new LinkFaults();
  private Optional<Listener> listener = Optional.empty();

  private FaultyLink(InetSocketAddress server) throws IOException {
    this.server = server;
    Listener first = listen(0);
    this.listener = Optional.of(first);
    this.port = first.port();
  }

  /**
   * Opens a link to a server.
   *
   * @throws UncheckedIOException if no port can be had
   */
  public static FaultyLink to(String host, int serverPort) {
    try {
      return new FaultyLink(new InetSocketAddress(InetAddress.getByName(host), serverPort));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a link to " + host + ":" + serverPort, e);
    }
  }

  private Listener listen(int wantedPort) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort);
    return Listener.open(address, this::connect);
  }

  /** Where clients connect to. */
  public int port() {
    return port;
  }

  /** Host and port to connect to. */
  public String authority() {
    return "127.0.0.1:" + port;
  }

  /** How many bytes have gone that way. */
  public long bytes(Direction direction) {
    return (direction == Direction.TO_SERVER ? toServer : toClient).get();
  }

  /** How many connections were accepted. */
  public long connections() {
    return connections.get();
  }

  /**
   * Breaks each of the next connections once so many bytes have gone one way on it.
   *
   * @param reset whether with a reset, or with a FIN to both sides
   * @param times how many connections are broken so; a connection is broken once
   */
  public FaultyLink cutAfter(Direction direction, long bytes, boolean reset, int times) {
    faults.cutAfter(direction, bytes, reset, times);
    return this;
  }

  /** Lets nothing more through on a connection once so many bytes have gone one way on it. */
  public FaultyLink stallAfter(Direction direction, long bytes) {
    faults.stallAfter(direction, bytes);
    return this;
  }

  /** How fast bytes go each way on each connection. */
  public FaultyLink throttle(long bytesPerSecondPerConnection) {
    faults.throttle(bytesPerSecondPerConnection);
    return this;
  }

  /** Takes back cuts, stalls and limits; connections that stall go on. */
  public FaultyLink heal() {
    faults.heal();
    return this;
  }

  /** Refuses new connections; those that exist go on. */
  public synchronized void refuse() {
    listener.ifPresent(Listener::close);
    listener = Optional.empty();
  }

  /**
   * Accepts connections again, on the same port.
   *
   * @throws UncheckedIOException if it has been taken meanwhile
   */
  public synchronized void accept() {
    if (listener.isPresent()) {
      return;
    }
    try {
      listener = Optional.of(listen(port));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen again on port " + port, e);
    }
  }

  /** Resets all connections that exist. */
  public void cut() {
    pairs.forEach(pair -> pair.end(true));
  }

  /** Refuses new connections and resets those that exist. */
  @Override
  public void close() {
    refuse();
    cut();
  }

  private void connect(Socket client) {
    connections.incrementAndGet();
    LinkedPair pair = new LinkedPair(client, server, faults, toServer, toClient);
    pairs.add(pair);
    Thread.startVirtualThread(() -> {
      try {
        pair.run();
      } finally {
        pairs.remove(pair);
      }
    });
  }
}
