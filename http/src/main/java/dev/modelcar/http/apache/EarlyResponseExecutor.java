package dev.modelcar.http.apache;

import dev.modelcar.http.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.ResponseOutOfOrderStrategy;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Runs one exchange on a connection, listening while it sends: a server that refuses a large body
 * (401, 413) responds at once and closes. The response counts, whether it is seen between two
 * writes or only after a write failed.
 */
final class EarlyResponseExecutor extends HttpRequestExecutor {
  /** How long to look for the response that may explain a broken write. */
  private static final Timeout LAST_WORDS = Timeout.ofMilliseconds(500);

  /** How many interim responses (1xx) are read in a row. */
  private static final int MOST_INTERIM = 1000;

  private final ListenWhileSending listening;
  private final Consumer<SocketAddress> reached;

  /**
   * @param listening what the connections listen with that this gets
   * @param reached told the address of each connection that a request is sent on
   */
  EarlyResponseExecutor(ListenWhileSending listening, Consumer<SocketAddress> reached) {
    this.listening = listening;
    this.reached = reached;
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      HttpResponseInformationCallback informationCallback,
      HttpContext context)
      throws IOException, HttpException {
    Exchange exchange = (Exchange) context.getAttribute(Exchange.KEY);
    if (exchange == null) {
      return super.execute(request, connection, informationCallback, context);
    }
    EndpointDetails details = connection.getEndpointDetails();
    exchange.connected(
        port(connection.getLocalAddress()),
        port(connection.getRemoteAddress()),
        details != null && details.getRequestCount() > 0);
    reached.accept(connection.getRemoteAddress());
    boolean tunnel = Method.CONNECT.isSame(request.getMethod());
    if (tunnel) {
      exchange.tunnelled();
    }
    HttpCoreContext coreContext = HttpCoreContext.cast(context);
    coreContext.setSSLSession(connection.getSSLSession());
    coreContext.setEndpointDetails(details);
    listening.begin(request);
    try {
      exchange.enter(Exchange.Phase.SENDING);
      connection.sendRequestHeader(request);
      boolean sent = request.getEntity() == null || send(request, connection, exchange);
      if (sent) {
        connection.flush();
        exchange.requestSent();
      }
      exchange.enter(Exchange.Phase.AWAITING_RESPONSE);
      ClassicHttpResponse early = listening.heard(request);
      ClassicHttpResponse response = early == null ? connection.receiveResponseHeader() : early;
      // None of them is the response, which has to come within its time all the same.
      for (int interim = 1; response.getCode() < HttpStatus.SC_OK; interim++) {
        requireFew(interim);
        response = connection.receiveResponseHeader();
      }
      exchange.enter(Exchange.Phase.LOCAL);
      if (tunnel) {
        requireTunnel(response.getCode(), exchange);
        exchange.throughTunnel();
      }
      if (MessageSupport.canResponseHaveBody(request.getMethod(), response)) {
        connection.receiveResponseEntity(response);
      }
      return response;
    } catch (IOException e) {
      IOException why = whyUnsent(e, connection, exchange);
      connection.close(CloseMode.IMMEDIATE);
      throw why;
    } catch (HttpException | RuntimeException | Error e) {
      connection.close(CloseMode.IMMEDIATE);
      throw e;
    } finally {
      listening.end(request);
    }
  }

  /**
   * What a proxy says instead of opening a tunnel is no response of the server, and must never be
   * taken for one: a challenge in it would be given the server's credentials. 407 goes on to who
   * holds the proxy's.
   */
  private static void requireTunnel(int status, Exchange exchange) throws TransportException {
    if (status < HttpStatus.SC_REDIRECTION
        || status == HttpStatus.SC_PROXY_AUTHENTICATION_REQUIRED) {
      return;
    }
    String proxy = exchange.proxy().orElse("in between");
    throw status < HttpStatus.SC_SERVER_ERROR
        ? new TransportException(
            TransportException.Kind.PROXY,
            exchange.peer(),
            "the proxy " + proxy + " refused the connection (" + status + ")",
            null)
        : new TransportException(
            TransportException.Kind.UNREACHABLE,
            exchange.peer(),
            "the proxy " + proxy + " cannot connect (" + status + ")",
            null);
  }

  /** No server has so much to say before its response; who never stops has none. */
  private static void requireFew(int interim) throws ClientProtocolException {
    if (interim > MOST_INTERIM) {
      throw new ClientProtocolException("more than " + MOST_INTERIM + " interim responses (1xx)");
    }
  }

  /** Sends the body; false if the server responded before it was all sent. */
  private static boolean send(
      ClassicHttpRequest request, HttpClientConnection connection, Exchange exchange)
      throws IOException, HttpException {
    try {
      connection.sendRequestEntity(request);
      return connection.isConsistent();
    } catch (BodyFailedException e) {
      throw e;
    } catch (IOException e) {
      if (exchange.endedFailure(e) != null || !hasResponse(connection)) {
        throw e;
      }
      return false;
    }
  }

  /** A server that rejects the client after the handshake says so, and closes. */
  private static IOException whyUnsent(
      IOException e, HttpClientConnection connection, Exchange exchange) {
    if (exchange.phase() == Exchange.Phase.SENDING
        && exchange.endedFailure(e) == null
        && connection.getSSLSession() != null) {
      try {
        boolean _ = connection.isDataAvailable(LAST_WORDS);
      } catch (SSLException alert) {
        return alert;
      } catch (IOException gone) {
        return e;
      }
    }
    return e;
  }

  private static boolean hasResponse(HttpClientConnection connection) {
    try {
      return connection.isDataAvailable(LAST_WORDS);
    } catch (IOException e) {
      return false;
    }
  }

  private static int port(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }

  /**
   * Looks for an early response: between any two writes on a plain connection, where it costs a
   * microsecond; twice a second on a TLS connection, where it means waiting a millisecond for a
   * record. What servers say before the response (1xx), asked for or not, does not end the sending.
   */
  static final class ListenWhileSending implements ResponseOutOfOrderStrategy {
    private static final Timeout GLANCE = Timeout.ofMilliseconds(1);
    private static final long TLS_INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);

    private final LongSupplier nanoTime;
    private final Map<ClassicHttpRequest, Sending> sending = new ConcurrentHashMap<>();

    /** One request on its way; used by the thread that sends it. */
    private static final class Sending {
      private long lastLook;
      private @Nullable ClassicHttpResponse heard;
    }

    ListenWhileSending(LongSupplier nanoTime) {
      this.nanoTime = nanoTime;
    }

    void begin(ClassicHttpRequest request) {
      sending.put(request, new Sending());
    }

    /** The head of the response that came while the request was sent. */
    @Nullable ClassicHttpResponse heard(ClassicHttpRequest request) {
      Sending state = sending.get(request);
      return state == null ? null : state.heard;
    }

    void end(ClassicHttpRequest request) {
      sending.remove(request);
    }

    @Override
    public boolean isEarlyResponseDetected(
        ClassicHttpRequest request,
        HttpClientConnection connection,
        InputStream input,
        long totalBytesSent,
        long nextWriteSize)
        throws IOException {
      Sending state = sending.get(request);
      return state != null
          && hasData(state, connection, input, totalBytesSent)
          && isResponse(state, connection);
    }

    private boolean hasData(
        Sending state, HttpClientConnection connection, InputStream input, long totalBytesSent)
        throws IOException {
      if (connection.getSSLSession() == null) {
        return input.available() > 0;
      }
      long now = nanoTime.getAsLong();
      if (totalBytesSent > 0 && now - state.lastLook < TLS_INTERVAL) {
        return false;
      }
      state.lastLook = now;
      return connection.isDataAvailable(GLANCE);
    }

    private static boolean isResponse(Sending state, HttpClientConnection connection)
        throws IOException {
      int interim = 0;
      do {
        ClassicHttpResponse response = head(connection);
        if (response.getCode() >= HttpStatus.SC_OK) {
          state.heard = response;
          return true;
        }
        interim++;
        requireFew(interim);
      } while (connection.isDataAvailable(GLANCE));
      return false;
    }

    private static ClassicHttpResponse head(HttpClientConnection connection) throws IOException {
      try {
        return connection.receiveResponseHeader();
      } catch (HttpException e) {
        throw new ClientProtocolException(e);
      }
    }
  }
}
