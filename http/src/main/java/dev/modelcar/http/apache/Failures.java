package dev.modelcar.http.apache;

import dev.modelcar.http.TransportException;
import dev.modelcar.http.TransportException.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.jspecify.annotations.Nullable;

/** Puts what the HTTP library throws into the words of {@link TransportException}. */
final class Failures {
  private Failures() {}

  /** A failure while the body of a response was read. */
  static TransportException ofBody(IOException e, Exchange exchange) {
    TransportException ended = exchange.endedFailure(e);
    if (ended != null) {
      return ended;
    }
    if (e instanceof ConnectionClosedException || e instanceof MalformedChunkCodingException) {
      return new TransportException(
          Kind.TRUNCATED,
          exchange.peer(),
          "the connection closed before the response was complete",
          e);
    }
    return of(e, exchange, Duration.ZERO);
  }

  /**
   * A failure before there was a response.
   *
   * @param reached whether the host has responded before: then its name server only pauses
   */
  static TransportException ofSending(
      IOException e, Exchange exchange, Duration connectTimeout, boolean reached) {
    TransportException ended = exchange.endedFailure(e);
    if (ended != null) {
      return ended;
    }
    if (reached && e instanceof UnknownHostException) {
      return new TransportException(
          Kind.UNREACHABLE, exchange.peer(), "the host name cannot be resolved at the moment", e);
    }
    return of(e, exchange, connectTimeout);
  }

  private static TransportException of(IOException e, Exchange exchange, Duration connectTimeout) {
    Optional<TransportException> known = TlsFaults.of(e, exchange.peer());
    if (known.isPresent()) {
      return known.get();
    }
    Kind kind = kind(e);
    // Who could not be reached is the proxy: what lies behind it, the proxy alone knows.
    String proxy = exchange.proxy().map(name -> " (the proxy " + name + ")").orElse("");
    String what =
        switch (kind) {
          case UNKNOWN_HOST ->
              "the host name cannot be resolved" + (isOf(e, exchange) ? proxy : "");
          case UNREACHABLE ->
              (e instanceof ConnectTimeoutException || e instanceof SocketTimeoutException
                      ? "no connection within " + connectTimeout.toSeconds() + " s"
                      : e instanceof NoRouteToHostException
                          ? "no route to this host"
                          : "the connection was refused")
                  + proxy;
          case UNTRUSTED -> "the certificate is not trusted: " + certificateProblem(e);
          case PLAIN_HTTP -> "the server seems to speak plain HTTP, not TLS";
          case PROXY ->
              "the proxy "
                  + exchange.proxy().map(name -> name + " ").orElse("")
                  + "refused the connection: "
                  + e.getMessage();
          case NOT_HTTP -> "the response is not HTTP" + exchange.throughProxy();
          case STALLED -> "silent for too long";
          case CANCELLED -> "ended";
          case BROKEN, TRUNCATED ->
              e instanceof NoHttpResponseException || e instanceof ConnectionClosedException
                  ? "the connection closed without a response" + exchange.throughProxy()
                  : "the connection broke (" + detail(e) + ")" + exchange.throughProxy();
        };
    return new TransportException(kind, exchange.peer(), what, e);
  }

  /** Whether it is the proxy's name that is not known: with SOCKS, both are looked up here. */
  private static boolean isOf(IOException e, Exchange exchange) {
    String message = String.valueOf(e.getMessage());
    return exchange
        .proxy()
        .filter(name -> message.contains(name.replaceAll(":\\d+$", "")))
        .isPresent();
  }

  private static Kind kind(IOException e) {
    return switch (e) {
      case UnknownHostException u -> Kind.UNKNOWN_HOST;
      case ConnectTimeoutException t -> Kind.UNREACHABLE;
      case ConnectException c -> Kind.UNREACHABLE;
      case NoRouteToHostException n -> Kind.UNREACHABLE;
      case SSLPeerUnverifiedException p -> Kind.UNTRUSTED;
      case SSLException s -> tls(s);
      case NoHttpResponseException n -> Kind.BROKEN;
      case ConnectionClosedException c -> Kind.BROKEN;
      case SocketTimeoutException t -> Kind.UNREACHABLE;
      case InterruptedIOException i -> Kind.CANCELLED;
      case SocketException s ->
          String.valueOf(s.getMessage()).contains("SOCKS") ? Kind.PROXY : Kind.BROKEN;
      case ClientProtocolException c -> Kind.NOT_HTTP;
      default -> e.getCause() instanceof HttpException ? Kind.NOT_HTTP : Kind.BROKEN;
    };
  }

  private static Kind tls(SSLException e) {
    if (cause(e, CertificateException.class) != null || e instanceof SSLPeerUnverifiedException) {
      return Kind.UNTRUSTED;
    }
    String message = String.valueOf(e.getMessage());
    if (message.contains("Unsupported or unrecognized SSL message")) {
      return Kind.PLAIN_HTTP;
    }
    return e instanceof SSLHandshakeException && message.contains("certificate")
        ? Kind.UNTRUSTED
        : Kind.BROKEN;
  }

  private static String certificateProblem(IOException e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage());
  }

  private static String detail(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  static <T extends Throwable> @Nullable T cause(Throwable e, Class<T> type) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
    }
    return null;
  }
}
