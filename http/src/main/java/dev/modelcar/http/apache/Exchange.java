package dev.modelcar.http.apache;

import dev.modelcar.http.Timeouts;
import dev.modelcar.http.TransportException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of one exchange that the watchdog looks at: in which phase it is, when a byte last
 * moved, and how to end it.
 */
final class Exchange {
  /** What the exchange waits for. */
  enum Phase {
    /** Nothing on the network: this program is busy with something else. */
    LOCAL,
    /** A TLS handshake. */
    SHAKING_HANDS,
    SENDING,
    AWAITING_RESPONSE,
    RECEIVING
  }

  /** The key of the exchange in the context of the HTTP library. */
  static final String KEY = "modelcar.exchange";

  private final String peer;
  private final Optional<String> proxy;
  private final Timeouts timeouts;
  private final Duration handshakeTimeout;
  private final LongSupplier nanoTime;
  private final Runnable abort;
  private final AtomicBoolean ended = new AtomicBoolean();

  private volatile Phase phase = Phase.LOCAL;
  private volatile long lastProgress;
  private volatile long phaseBytes;
  private volatile TransportException.@Nullable Kind endedBecause;
  private volatile @Nullable String endedHow;
  private volatile boolean requestSent;
  private volatile boolean kept;
  private volatile boolean tunnelled;
  private volatile boolean connecting;
  private volatile int localPort;
  private volatile int remotePort;

  /**
   * @param proxy the authority of the proxy that connections are made to instead of the peer
   * @param handshakeTimeout for a whole TLS handshake, however many bytes of it come
   */
  Exchange(
      String peer,
      Optional<String> proxy,
      Timeouts timeouts,
      Duration handshakeTimeout,
      LongSupplier nanoTime,
      Runnable abort) {
    this.peer = peer;
    this.proxy = proxy;
    this.timeouts = timeouts;
    this.handshakeTimeout = handshakeTimeout;
    this.nanoTime = nanoTime;
    this.abort = abort;
    this.lastProgress = nanoTime.getAsLong();
  }

  /** Enters a phase; the wait for the next byte begins now. */
  void enter(Phase next) {
    lastProgress = nanoTime.getAsLong();
    phase = next;
  }

  void moved(long bytes) {
    long sum = phaseBytes + bytes; // one thread runs the exchange: no update is lost
    phaseBytes = sum;
    lastProgress = nanoTime.getAsLong();
  }

  /**
   * A connection is there.
   *
   * @param used whether it has carried a request before
   */
  void connected(int local, int remote, boolean used) {
    kept = used && !tunnelled;
    localPort = local;
    remotePort = remote;
  }

  /** The connection is being made for this exchange: its first request asked for a tunnel. */
  void tunnelled() {
    tunnelled = true;
    connecting = true;
  }

  /** The proxy has done its part. */
  void throughTunnel() {
    connecting = false;
  }

  /** Whether the connection was kept from an earlier exchange. */
  boolean isKept() {
    return kept;
  }

  void requestSent() {
    requestSent = true;
  }

  boolean isRequestSent() {
    return requestSent;
  }

  Phase phase() {
    return phase;
  }

  long silentNanos() {
    return nanoTime.getAsLong() - lastProgress;
  }

  long bytes() {
    return phaseBytes;
  }

  Timeouts timeouts() {
    return timeouts;
  }

  Duration handshakeTimeout() {
    return handshakeTimeout;
  }

  int localPort() {
    return localPort;
  }

  int remotePort() {
    return remotePort;
  }

  /** Ends the exchange from outside; what it was doing fails with this reason. */
  void end(TransportException.Kind reason, String how) {
    if (ended.compareAndSet(false, true)) {
      endedHow = how;
      endedBecause = reason;
      abort.run();
    }
  }

  /** The failure to report when the exchange was ended from outside. */
  @Nullable TransportException endedFailure(@Nullable Throwable cause) {
    TransportException.Kind reason = endedBecause;
    return reason == null
        ? null
        : new TransportException(reason, peer, endedHow + throughProxy(), cause);
  }

  String peer() {
    return peer;
  }

  /** The proxy, to be named where nobody else can have failed; empty otherwise. */
  String throughProxy() {
    return connecting ? proxy.map(name -> " (the proxy " + name + ")").orElse("") : "";
  }

  Optional<String> proxy() {
    return proxy;
  }
}
