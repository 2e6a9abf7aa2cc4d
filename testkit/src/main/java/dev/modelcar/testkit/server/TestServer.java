package dev.modelcar.testkit.server;

import dev.modelcar.testkit.net.Listener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;

/**
 * A small HTTP/1.1 server with full control over its bytes: one virtual thread for each connection,
 * keep-alive, pipelining, chunks, {@code 100-continue}. All methods may be called by any thread.
 */
public final class TestServer implements AutoCloseable {
  private final InetAddress address;
  private final Optional<SSLContext> tls;
  private final Handler handler;
  private final int port;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final AtomicLong accepted = new AtomicLong();
  private volatile Duration latency = Duration.ZERO;
  private Optional<Listener> listener;
  private boolean closed;

  private TestServer(InetSocketAddress address, Optional<SSLContext> tls, Handler handler)
      throws IOException {
    this.address = address.getAddress();
    this.tls = tls;
    this.handler = handler;
    Listener first = Listener.open(address, this::serve);
    this.listener = Optional.of(first);
    this.port = first.port();
  }

  /** Starts a plain server on a free port of 127.0.0.1. */
  public static TestServer start(Handler handler) {
    return start("127.0.0.1", 0, Optional.empty(), handler);
  }

  /**
   * Starts a server.
   *
   * @param port 0 for a free one
   * @param tls what to speak TLS with; without it the server is plain
   * @throws UncheckedIOException if the address cannot be listened on
   */
  public static TestServer start(
      String bindAddress, int port, Optional<SSLContext> tls, Handler handler) {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(bindAddress), port);
      return new TestServer(address, tls, handler);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + bindAddress + ":" + port, e);
    }
  }

  /** For one connection. */
  private Handler delayed() {
    AtomicBoolean fresh = new AtomicBoolean(true);
    return call -> {
      if (!latency.isZero()) {
        try {
          Thread.sleep(fresh.getAndSet(false) ? latency.multipliedBy(2) : latency);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      handler.handle(call);
    };
  }

  /** Every request, and once more every connection, takes so long before it is looked at. */
  public void latency(Duration roundTrip) {
    latency = roundTrip;
  }

  public int port() {
    return port;
  }

  /** Host and port to connect to, as in {@code 127.0.0.1:40123}. */
  public String authority() {
    String host = address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** The server's root, without a path. */
  public URI uri() {
    return URI.create((tls.isPresent() ? "https://" : "http://") + authority());
  }

  /** How many connections were accepted so far. */
  public long connectionsAccepted() {
    return accepted.get();
  }

  /** What handlers threw that was not an {@link IOException}: mistakes of the test itself. */
  public List<Throwable> failures() {
    return List.copyOf(failures);
  }

  /** Stops listening: new connections are refused, those that exist go on. */
  public synchronized void refuse() {
    listener.ifPresent(Listener::close);
    listener = Optional.empty();
  }

  /**
   * Listens again, on the same port.
   *
   * @throws UncheckedIOException if the port has been taken meanwhile
   */
  public synchronized void accept() {
    if (closed || listener.isPresent()) {
      return;
    }
    try {
      listener = Optional.of(Listener.open(new InetSocketAddress(address, port), this::serve));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen again on port " + port, e);
    }
  }

  /** Closes all connections that exist. */
  public void cutConnections() {
    connections.forEach(Connection::cut);
  }

  /** Stops listening and closes all connections. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      refuse();
    }
    cutConnections();
  }

  private void serve(Socket socket) {
    long number = accepted.incrementAndGet();
    Connection connection = new Connection(number, socket, tls, delayed(), failures::add);
    connections.add(connection);
    Thread.ofVirtual()
        .name("connection-" + number)
        .start(() -> {
          try {
            connection.run();
          } finally {
            connections.remove(connection);
          }
        });
  }
}
