package dev.modelcar.http.apache;

import dev.modelcar.http.settings.TlsContexts;
import dev.modelcar.http.settings.TrustSettings;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;

/** One TLS strategy for each host, because each may have authorities of its own. */
final class TlsByHost implements TlsSocketStrategy {
  private final TrustSettings trust;
  private final TlsContexts contexts;
  private final Map<String, Strategy> strategies = new ConcurrentHashMap<>();

  TlsByHost(TrustSettings trust) {
    this.trust = trust;
    this.contexts = new TlsContexts(trust);
  }

  @Override
  public SSLSocket upgrade(
      Socket socket, String target, int port, Object attachment, HttpContext context)
      throws IOException {
    if (socket instanceof BufferedSocket buffered) {
      buffered.carryRecords();
    }
    Strategy strategy =
        strategies.computeIfAbsent(target + ":" + port, _ -> strategy(target, port));
    Optional<Exchange> exchange =
        context != null && context.getAttribute(Exchange.KEY) instanceof Exchange known
            ? Optional.of(known)
            : Optional.empty();
    // The socket's own timeout begins anew with each byte.
    exchange.ifPresent(known -> known.enter(Exchange.Phase.SHAKING_HANDS));
    try {
      return strategy.upgrade(socket, target, port, attachment, context);
    } finally {
      exchange.ifPresent(known -> known.enter(Exchange.Phase.LOCAL));
    }
  }

  private Strategy strategy(String target, int port) {
    SSLContext context = contexts.contextFor(target, port);
    return trust.isUnverified(target, port)
        ? new Strategy(context, NoopHostnameVerifier.INSTANCE)
        : new Strategy(context);
  }

  private static final class Strategy extends DefaultClientTlsStrategy {
    /**
     * Many servers take the first that the client names. Java's first is AES-256, which costs a
     * quarter more than AES-128 and protects nothing that travels here any better.
     */
    private static final String QUICK = "TLS_AES_128_GCM_SHA256";

    Strategy(SSLContext context) {
      super(context);
    }

    Strategy(SSLContext context, NoopHostnameVerifier anyName) {
      super(context, HostnameVerificationPolicy.CLIENT, anyName);
    }

    @Override
    protected void initializeSocket(SSLSocket socket) {
      // Sorting is stable: all others keep their order.
      socket.setEnabledCipherSuites(
          Arrays.stream(socket.getEnabledCipherSuites())
              .sorted(Comparator.comparing(suite -> !suite.equals(QUICK)))
              .toArray(String[]::new));
    }
  }
}
