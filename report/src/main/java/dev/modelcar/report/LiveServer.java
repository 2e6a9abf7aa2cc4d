package dev.modelcar.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The page of a run while it is at work, for browsers: the page at {@code /}, what follows at
 * {@code /events} as server-sent events. Each viewer has a thread of its own and gets the newest
 * state when it has read the one before, so none of them holds up another, or the run. On another
 * address than loopback's, only who has the token sees anything.
 */
public final class LiveServer implements AutoCloseable {
  private static final int MOST_VIEWERS = 32;
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

  private final RunRecord record;
  private final HttpServer server;
  private final ExecutorService threads;
  private final String token;
  private final boolean local;
  private final AtomicInteger viewers = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean ended;

  private LiveServer(RunRecord record, HttpServer server, boolean local) {
    this.record = record;
    this.server = server;
    this.local = local;
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    this.token = local ? "" : HexFormat.of().formatHex(random);
    ThreadFactory daemons = Thread.ofPlatform().daemon().name("modelcar-live-", 0).factory();
    this.threads = Executors.newCachedThreadPool(daemons);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * Starts a server.
   *
   * @param host a name or an address of this machine
   * @param port 0 for any that is free
   * @throws IOException if there is no such address, or the port is taken
   */
  public static LiveServer start(String host, int port, RunRecord record) throws IOException {
    InetAddress address = InetAddress.getByName(host);
    HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
    return new LiveServer(record, server, address.isLoopbackAddress());
  }

  /** Where the page is, with the token if there is one. */
  public URI uri() {
    InetSocketAddress address = server.getAddress();
    String host = address.getAddress().getHostAddress();
    return URI.create(
        "http://%s:%d/%s"
            .formatted(
                host.contains(":") ? "[" + host + "]" : host,
                address.getPort(),
                local ? "" : "?token=" + token));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!isAllowed(exchange)) {
        exchange.sendResponseHeaders(403, -1);
        return;
      }
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      if (!exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      switch (exchange.getRequestURI().getPath()) {
        case "/" -> page(exchange);
        case "/events" -> events(exchange);
        default -> exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  /** A page of somebody else in the same browser may not read along, whatever name it uses. */
  private boolean isAllowed(HttpExchange exchange) {
    if (local) {
      String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
      return LOCAL.contains(host.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT));
    }
    byte[] given =
        String.valueOf(exchange.getRequestURI().getQuery()).getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(given, ("token=" + token).getBytes(StandardCharsets.UTF_8));
  }

  private void page(HttpExchange exchange) throws IOException {
    byte[] page = Page.live(state()).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
    exchange.sendResponseHeaders(200, page.length);
    exchange.getResponseBody().write(page);
  }

  private ObjectNode state() {
    lock.lock();
    try {
      ObjectNode state = record.json();
      return ended ? state : state.put("live", true);
    } finally {
      lock.unlock();
    }
  }

  private void events(HttpExchange exchange) throws IOException {
    if (viewers.incrementAndGet() > MOST_VIEWERS) {
      viewers.decrementAndGet();
      exchange.sendResponseHeaders(503, -1);
      return;
    }
    try {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      boolean last;
      do {
        ObjectNode state = state();
        last = !state.has("live");
        out.write(("data: " + Page.data(state) + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
      } while (!last && pause());
    } finally {
      viewers.decrementAndGet();
    }
  }

  /** Waits until there is something new to be said; returns false if the thread is to end. */
  private boolean pause() {
    lock.lock();
    try {
      long left = INTERVAL.toNanos();
      while (!ended && left > 0) {
        left = changed.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Sends viewers the last state, and waits a moment until they have it. */
  @Override
  public void close() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (viewers.get() > 0) {
      server.stop(1);
    } else {
      server.stop(0);
    }
    threads.shutdownNow();
  }
}
