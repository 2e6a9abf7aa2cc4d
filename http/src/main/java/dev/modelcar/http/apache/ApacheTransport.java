package dev.modelcar.http.apache;

import dev.modelcar.http.HttpHeaders;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.TransportException;
import dev.modelcar.http.settings.HttpSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** The transport over Apache HttpClient 5's blocking connections. */
public final class ApacheTransport implements HttpTransport {
  private static final Duration WATCHDOG_INTERVAL = Duration.ofMillis(250);

  private final HttpSettings settings;
  private final PoolingHttpClientConnectionManager pool;
  private final CloseableHttpClient client;
  private final Watchdog watchdog;
  private final LongSupplier nanoTime;
  private final Scope root = new Scope(Optional.empty());
  private final Set<String> reached = ConcurrentHashMap.newKeySet();
  private final StickyDnsResolver addresses =
      new StickyDnsResolver(SystemDefaultDnsResolver.INSTANCE);

  /** A transport with connections of its own. */
  public ApacheTransport(HttpSettings settings) {
    this(settings, System::nanoTime);
  }

  /**
   * @param nanoTime the clock by which silence is measured, in nanoseconds
   */
  ApacheTransport(HttpSettings settings, LongSupplier nanoTime) {
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.watchdog = new Watchdog(SocketQueues.ofThisProcess(), WATCHDOG_INTERVAL);
    Timeout connect = Timeout.of(settings.connectTimeout());
    Http1Config http1 =
        Http1Config.custom().setMaxLineLength(64 << 10).setMaxHeaderCount(256).build();
    EarlyResponseExecutor.ListenWhileSending listening =
        new EarlyResponseExecutor.ListenWhileSending(nanoTime);
    this.pool =
        new BufferedConnections(http1, listening)
            .setDnsResolver(addresses)
            .setTlsSocketStrategy(new TlsByHost(settings.trust()))
            .setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(connect).build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(connect)
                    .setSocketTimeout(Timeout.DISABLED)
                    // Some proxies close after each response without saying so.
                    .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                    .setIdleTimeout(Timeout.ofSeconds(50))
                    .build())
            .setSocketConfigResolver(this::socketConfig)
            .setMaxConnTotal(1024)
            .setMaxConnPerRoute(256)
            .build();
    this.client =
        HttpClients.custom()
            .setConnectionManager(pool)
            .setRequestExecutor(new EarlyResponseExecutor(listening, addresses::reached))
            .setRoutePlanner(new ProxyPlanner())
            .setUserAgent(settings.userAgent())
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setRedirectsEnabled(false)
                    .setContentCompressionEnabled(false)
                    .setExpectContinueEnabled(false)
                    .setHardCancellationEnabled(true)
                    .setProtocolUpgradeEnabled(false)
                    .build())
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableContentCompression()
            .disableCookieManagement()
            .disableDefaultUserAgent()
            .build();
  }

  @Override
  public HttpResponse send(HttpRequest request) throws IOException {
    return root.send(request);
  }

  @Override
  public HttpTransport scope() {
    return root.scope();
  }

  @Override
  public void close() {
    root.close();
    watchdog.close();
    client.close(CloseMode.IMMEDIATE);
    pool.close(CloseMode.IMMEDIATE);
  }

  private final class Scope implements HttpTransport {
    private final Optional<Scope> parent;
    private final Set<Exchange> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Scope(Optional<Scope> parent) {
      this.parent = parent;
    }

    private boolean isClosed() {
      return closed || parent.map(Scope::isClosed).orElse(false);
    }

    private void begin(Exchange exchange) {
      running.add(exchange);
      parent.ifPresent(scope -> scope.begin(exchange));
    }

    private void end(Exchange exchange) {
      running.remove(exchange);
      parent.ifPresent(scope -> scope.end(exchange));
    }

    @Override
    public HttpResponse send(HttpRequest request) throws IOException {
      HttpUriRequestBase apache = new HttpUriRequestBase(request.method(), request.uri());
      apache.setAbsoluteRequestUri(false);
      Exchange exchange =
          new Exchange(
              SafeUri.authority(request.uri()),
              proxyFor(host(request.uri())).map(SafeUri::authority),
              request.timeouts(),
              settings.connectTimeout(),
              nanoTime,
              apache::abort);
      for (HttpHeaders.Field field : request.headers().fields()) {
        apache.addHeader(field.name(), field.value());
      }
      request.body().ifPresent(body -> apache.setEntity(new MonitoredEntity(body, exchange)));
      addProxyAuthorization(apache, request.uri());
      HttpClientContext context = HttpClientContext.create();
      addProxyCredentials(context, request.uri());
      context.setAttribute(Exchange.KEY, exchange);
      begin(exchange);
      watchdog.watch(exchange);
      try {
        if (isClosed()) {
          throw new TransportException(
              TransportException.Kind.CANCELLED, exchange.peer(), "ended", null);
        }
        ClassicHttpResponse response = execute(request, apache, context, exchange);
        reached.add(request.uri().getHost());
        if (response.getCode() == 407) {
          response.close();
          throw new TransportException(
              TransportException.Kind.PROXY,
              exchange.peer(),
              "the proxy rejects the credentials, or requires some (407)",
              null);
        }
        return new MonitoredResponse(response, request, exchange, () -> forget(exchange));
      } catch (BodyFailedException e) {
        forget(exchange);
        throw e.failure();
      } catch (TransportException e) {
        forget(exchange);
        throw e;
      } catch (IOException e) {
        forget(exchange);
        throw Failures.ofSending(
            e, exchange, settings.connectTimeout(), reached.contains(request.uri().getHost()));
      } catch (RuntimeException | Error e) {
        forget(exchange);
        TransportException ended = exchange.endedFailure(e);
        if (ended != null) {
          throw ended;
        }
        if (e instanceof RuntimeException && isClosed()) {
          // The library's own word for a pool that was closed under a request.
          throw new TransportException(
              TransportException.Kind.CANCELLED, exchange.peer(), "ended", e);
        }
        throw e;
      }
    }

    /**
     * A connection that was kept may be closed by the other side just when the next request comes.
     * Then nothing happened: a request without a body is sent once more at once, on a new one.
     */
    private ClassicHttpResponse execute(
        HttpRequest request,
        HttpUriRequestBase apache,
        HttpClientContext context,
        Exchange exchange)
        throws IOException {
      try {
        return client.executeOpen(host(request.uri()), apache, context);
      } catch (NoHttpResponseException | SocketException e) {
        if (request.body().isPresent()
            || !exchange.isKept()
            || exchange.phase() != Exchange.Phase.AWAITING_RESPONSE
            || exchange.endedFailure(e) != null) {
          throw e;
        }
        pool.closeIdle(TimeValue.ZERO_MILLISECONDS);
        return client.executeOpen(host(request.uri()), apache, context);
      }
    }

    private void forget(Exchange exchange) {
      watchdog.forget(exchange);
      end(exchange);
    }

    @Override
    public HttpTransport scope() {
      return new Scope(Optional.of(this));
    }

    @Override
    public void close() {
      closed = true;
      running.forEach(exchange -> exchange.end(TransportException.Kind.CANCELLED, "ended"));
    }
  }

  private static HttpHost host(URI uri) {
    return new HttpHost(uri.getScheme(), uri.getHost(), uri.getPort());
  }

  // ---- proxies ----

  private Optional<URI> proxyFor(HttpHost target) {
    int port = target.getPort();
    if (port < 0) {
      port = target.getSchemeName().equals("https") ? 443 : 80;
    }
    return settings.proxies().proxyFor(target.getSchemeName(), target.getHostName(), port);
  }

  private Optional<HttpHost> httpProxy(HttpHost target) {
    return proxyFor(target)
        .filter(proxy -> proxy.getScheme().equals("http"))
        .map(proxy -> new HttpHost("http", proxy.getHost(), port(proxy, 80)));
  }

  private final class ProxyPlanner extends DefaultRoutePlanner {
    ProxyPlanner() {
      super(null);
    }

    @Override
    protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
      return httpProxy(target).orElse(null);
    }
  }

  private SocketConfig socketConfig(HttpRoute route) {
    SocketConfig.Builder config =
        SocketConfig.custom().setSoTimeout(Timeout.DISABLED).setTcpNoDelay(true);
    proxyFor(route.getTargetHost())
        .filter(proxy -> proxy.getScheme().startsWith("socks"))
        .ifPresent(proxy ->
            config.setSocksProxyAddress(new InetSocketAddress(proxy.getHost(), port(proxy, 1080))));
    return config.build();
  }

  private static int port(URI uri, int standard) {
    return uri.getPort() < 0 ? standard : uri.getPort();
  }

  /** A plain request goes through the proxy as it is and carries the proxy's credentials. */
  private void addProxyAuthorization(HttpUriRequestBase request, URI uri) {
    if (uri.getScheme().equals("http")) {
      proxyFor(host(uri))
          .map(URI::getUserInfo)
          .ifPresent(user ->
              request.addHeader(
                  "Proxy-Authorization",
                  "Basic "
                      + Base64.getEncoder()
                          .encodeToString(user.getBytes(java.nio.charset.StandardCharsets.UTF_8))));
    }
  }

  /** A tunnel is opened with credentials of its own. */
  private void addProxyCredentials(HttpClientContext context, URI uri) {
    Optional<URI> proxy = proxyFor(host(uri)).filter(found -> found.getUserInfo() != null);
    if (proxy.isPresent() && uri.getScheme().equals("https")) {
      String[] user = proxy.get().getUserInfo().split(":", 2);
      BasicCredentialsProvider credentials = new BasicCredentialsProvider();
      credentials.setCredentials(
          new AuthScope(proxy.get().getHost(), port(proxy.get(), 80)),
          new UsernamePasswordCredentials(user[0], (user.length > 1 ? user[1] : "").toCharArray()));
      context.setCredentialsProvider(credentials);
    }
  }
}
