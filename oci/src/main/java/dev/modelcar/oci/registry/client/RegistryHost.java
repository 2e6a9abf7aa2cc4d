package dev.modelcar.oci.registry.client;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.ConnectionLimit;
import dev.modelcar.http.HttpError;
import dev.modelcar.http.HttpHeaders;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.Redirects;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.TransientException;
import dev.modelcar.http.Uris;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.auth.Credentials;
import dev.modelcar.oci.registry.auth.Authenticator;
import dev.modelcar.oci.registry.auth.Challenge;
import dev.modelcar.oci.registry.auth.Scope;
import dev.modelcar.oci.registry.auth.TokenClient;
import dev.modelcar.oci.registry.errors.Refusal;
import dev.modelcar.oci.registry.errors.RegistryErrors;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One registry: its URL, credentials and kind. Adds authorization, retries and redirects to
 * requests; credentials are sent to this host only.
 */
public final class RegistryHost {
  private static final Duration FIRST_CONTACT = Duration.ofSeconds(20);

  /** A command needs a registry for many things; it waits for one that is down only once. */
  private static final Duration FAILURE_HOLDS = Duration.ofMinutes(2);

  /** Responses of blob stores to expired links. */
  private static final Set<Integer> EXPIRED = Set.of(400, 401, 403, 410);

  /** No path is so narrow, and no registry wants more requests. */
  public static final long SHORTEST_REQUEST = 128 << 10;

  private static final long SHORTEST_RESPONSE = 512 << 10;

  private final String name;
  private final URI base;
  private final RegistrySettings settings;
  private final HttpTransport transport;

  private final ReentrantLock referrersLock = new ReentrantLock();
  private final Map<String, Authenticator> authenticators = new HashMap<>();
  private Optional<HttpHeaders> ping = Optional.empty();
  private Optional<ModelcarException> pingFailure = Optional.empty();
  private long pingFailedAt;
  private Optional<RegistryProfile> profile = Optional.empty();
  private final ConnectionLimit requestLimit = new ConnectionLimit(SHORTEST_REQUEST);
  private final ConnectionLimit responseLimit = new ConnectionLimit(SHORTEST_RESPONSE);

  public RegistryHost(
      String name, boolean plainHttp, RegistrySettings settings, HttpTransport transport) {
    this.name = name;
    this.settings = settings;
    this.transport = transport;
    String address = name.equals("docker.io") ? "registry-1.docker.io" : name;
    this.base = URI.create((plainHttp ? "http://" : "https://") + address);
  }

  public String name() {
    return name;
  }

  public RetryPolicy retryPolicy() {
    return settings.retryPolicy();
  }

  public RegistrySettings settings() {
    return settings;
  }

  public URI uri(String pathAndQuery) {
    return URI.create(base + pathAndQuery);
  }

  public boolean isOwn(URI uri) {
    return Uris.sameOrigin(uri, base);
  }

  // ---- credentials ----

  /** One for each repository, for credentials may differ between them. */
  public Authenticator authenticator(String repository) {
    HttpHeaders known = ping();
    synchronized (this) {
      return authenticators.computeIfAbsent(
          repository,
          key -> {
            Authenticator authenticator =
                new Authenticator(
                    new TokenClient(
                        name,
                        base.getScheme(),
                        transport,
                        settings.retryPolicy(),
                        settings.timeouts(),
                        settings.clock()),
                    () -> settings.credentials().find(name, repository),
                    settings.clock());
            authenticator.learn(known);
            return authenticator;
          });
    }
  }

  // ---- the kind of registry ----

  /** The response to {@code /v2/}, requested once; fails if this is not a registry. */
  private synchronized HttpHeaders ping() {
    if (ping.isPresent()) {
      return ping.get();
    }
    if (pingFailure.isPresent() && now() - pingFailedAt < FAILURE_HOLDS.toNanos()) {
      throw pingFailure.get();
    }
    try {
      URI uri = uri("/v2/");
      HttpHeaders headers =
          settings
              .retryPolicy()
              .limitedTo(FIRST_CONTACT)
              .repeat(settings.retryListener(), "connecting to the registry", () -> pingOnce(uri));
      ping = Optional.of(headers);
      return headers;
    } catch (ModelcarException e) {
      ModelcarException failure = isPlainToTls(e) ? RegistryErrors.mayBeTls(e) : e;
      if (e.code() != CoreError.STOPPED) {
        pingFailure = Optional.of(failure);
        pingFailedAt = now();
      }
      throw failure;
    }
  }

  private long now() {
    return settings.retryPolicy().nanoTime().getAsLong();
  }

  /** A server that expects TLS closes a plain connection, or does not respond in HTTP. */
  private boolean isPlainToTls(ModelcarException e) {
    return base.getScheme().equals("http")
        && (e.code() == HttpError.NETWORK_BROKEN || e.code() == OciError.REGISTRY_PROTOCOL);
  }

  private HttpHeaders pingOnce(URI uri) throws IOException {
    try (HttpResponse response = follow(HttpRequest.get(uri).with(settings.timeouts()))) {
      int status = response.status();
      if (response.isTransientFailure()) {
        throw transientFailure(response, "connecting to " + name);
      }
      boolean html = response.isHtml();
      boolean challenged = response.headers().first("WWW-Authenticate").isPresent();
      if ((status == 200 && !html) || (status == 401 && challenged)) {
        return response.headers();
      }
      if (!html && (status == 401 || status == 403)) {
        throw RegistryErrors.notAdmitted(name, Refusal.read(response));
      }
      throw new ModelcarException(
          OciError.REGISTRY_PROTOCOL,
          "GET /v2/ on %s returned %d%s: not a registry"
              .formatted(
                  name, status, html ? " with " + Refusal.read(response).description() : ""));
    }
  }

  /** Requests {@code /v2/} with credentials. */
  public RegistryGreeting greet() {
    Credentials credentials = settings.credentials().find(name, "");
    List<Challenge> challenges = Challenge.parse(ping().all("WWW-Authenticate"));
    String what = "logging in to " + name;
    boolean known = !(credentials instanceof Credentials.Anonymous);
    if (known && !challenges.isEmpty()) {
      HttpRequest get = HttpRequest.get(uri("/v2/")).with(settings.timeouts());
      try (HttpResponse response = send(get, "", Scope.none(), what, settings.retryListener())) {
        if (!response.isSuccess()) {
          Refusal refusal = Refusal.read(response);
          throw advised(
              new ModelcarException(
                  OciError.REGISTRY_UNAUTHORIZED,
                  "%s rejected %s (%d)%s"
                      .formatted(
                          name, credentials.described(), response.status(), refusal.reason())));
        }
      }
    }
    return new RegistryGreeting(
        profile(), challenges.stream().map(Challenge::scheme).toList(), credentials.described());
  }

  /** The kind of the registry, as far as it is known. */
  public RegistryProfile profile() {
    synchronized (this) {
      if (profile.isPresent()) {
        return profile.get();
      }
    }
    Optional<RegistryProfile> configured = settings.profiles().apply(name);
    if (configured.isPresent()) {
      return remember(configured.get());
    }
    Optional<RegistryProfile.Kind> kind = RegistryKinds.byHost(name);
    if (kind.isEmpty()) {
      HttpHeaders headers = ping();
      kind = RegistryKinds.byPing(headers, Challenge.parse(headers.all("WWW-Authenticate")));
    }
    return kind.isPresent()
        ? remember(RegistryProfile.of(kind.get()))
        : RegistryProfile.of(RegistryProfile.Kind.UNKNOWN);
  }

  private synchronized RegistryProfile remember(RegistryProfile known) {
    profile = Optional.of(known);
    return known;
  }

  /** The start of an upload reveals more than {@code /v2/} does. */
  public void uploadStarted(String location, HttpHeaders headers) {
    if (profile().kind() != RegistryProfile.Kind.UNKNOWN) {
      return;
    }
    RegistryKinds.byUpload(location, headers, ping().first("Content-Type").orElse(""))
        .ifPresent(kind -> remember(RegistryProfile.of(kind)));
  }

  /** Whoever reads a list of referrers to write it with one more holds this. */
  public ReentrantLock referrersLock() {
    return referrersLock;
  }

  /** The largest request body that is worth trying. */
  public ConnectionLimit requestLimit() {
    return requestLimit;
  }

  /** The largest part of a blob that is worth asking for. */
  public ConnectionLimit responseLimit() {
    return responseLimit;
  }

  // ---- requests ----

  public TransientException transientFailure(HttpResponse response, String what) {
    return RegistryErrors.transientFailure(response, name, what, settings.clock().instant());
  }

  /**
   * Sends a request with no or a small body, with retries, and returns a success or a final
   * refusal.
   */
  public HttpResponse send(
      HttpRequest request, String repository, Scope scope, String what, RetryListener listener) {
    Authenticator authenticator = authenticator(repository);
    RetryPolicy.Attempt<HttpResponse> attempt = () -> attempt(request, authenticator, scope, what);
    return settings.retryPolicy().repeat(listener, what, attempt);
  }

  private HttpResponse attempt(
      HttpRequest request, Authenticator authenticator, Scope scope, String what)
      throws IOException {
    HttpRequest authorized = authorized(request, authenticator, scope);
    HttpResponse response = sendAuthorized(authorized, scope, authenticator);
    if (response.status() == 401) {
      authenticator.refused(response.headers(), scope);
      response.close();
      authorized = authorized(request, authenticator, scope);
      response = sendAuthorized(authorized, scope, authenticator);
    }
    if (response.status() == 401 && authorized.headers().first("Authorization").isEmpty()) {
      List<String> schemes = Challenge.unsupported(response.headers().all("WWW-Authenticate"));
      if (!schemes.isEmpty()) {
        response.close();
        throw RegistryErrors.unsupported(name, schemes, what, 401);
      }
    }
    if (response.status() == 401 && wasAccepted(authorized, scope, authenticator)) {
      try (HttpResponse refused = response) {
        throw expired(Refusal.read(refused), authenticator, what);
      }
    }
    if (response.isTransientFailure()) {
      try (HttpResponse failed = response) {
        throw transientFailure(failed, what);
      }
    }
    return response;
  }

  /** Sends a request once, with authorization, and returns whatever comes. */
  public HttpResponse sendOnce(HttpRequest request, String repository, Scope scope)
      throws IOException {
    Authenticator authenticator = authenticator(repository);
    HttpRequest authorized = authorized(request, authenticator, scope);
    HttpResponse response = transport.send(authorized);
    noteIfAccepted(authorized, scope, response, authenticator);
    return response;
  }

  /**
   * Asks another API of the registry than {@code /v2/}, once, with the user's name and password as
   * they are; nothing without those.
   */
  public Optional<HttpResponse> sendAsUser(HttpRequest request, String repository)
      throws IOException {
    return settings.credentials().find(name, repository) instanceof Credentials.Password user
        ? Optional.of(follow(request.with("Authorization", Authenticator.basicValue(user))))
        : Optional.empty();
  }

  private HttpResponse sendAuthorized(
      HttpRequest authorized, Scope scope, Authenticator authenticator) throws IOException {
    HttpResponse response = follow(authorized);
    noteIfAccepted(authorized, scope, response, authenticator);
    return response;
  }

  private static boolean wasAccepted(
      HttpRequest authorized, Scope scope, Authenticator authenticator) {
    return authorized
        .headers()
        .first("Authorization")
        .filter(value -> authenticator.wasAccepted(value, scope, authorized.isRead()))
        .isPresent();
  }

  private static void noteIfAccepted(
      HttpRequest request, Scope scope, HttpResponse response, Authenticator authenticator) {
    if (response.isSuccess()) {
      request
          .headers()
          .first("Authorization")
          .ifPresent(value -> authenticator.accepted(value, scope, request.isRead()));
    }
  }

  /** The same failure; for credentials, with advice that fits where they come from. */
  ModelcarException advised(ModelcarException e) {
    return e.code() == OciError.REGISTRY_UNAUTHORIZED
        ? settings.loginAdvice().apply(name).map(e::advising).orElse(e)
        : e;
  }

  /** The registry as {@code modelcar login} takes it. */
  String loginName() {
    return (base.getScheme().equals("http") ? "http://" : "") + name;
  }

  /** Credentials that were accepted have expired; new ones may come. */
  public TransientException expired(Refusal refusal, Authenticator authenticator, String what) {
    return new TransientException(
        OciError.REGISTRY_UNAUTHORIZED,
        "%s: %s returned %d for credentials that it accepted before (%s)%s"
            .formatted(
                what, name, refusal.status(), authenticator.credentialsUsed(), refusal.reason()));
  }

  private HttpRequest authorized(HttpRequest request, Authenticator authenticator, Scope scope) {
    if (!isOwn(request.uri())) {
      return request;
    }
    try {
      return authenticator
          .header(scope)
          .map(value -> request.with("Authorization", value))
          .orElse(request);
    } catch (ModelcarException e) {
      throw advised(e);
    }
  }

  /** Follows the redirects of requests that only read; credentials stay with this host. */
  private HttpResponse follow(HttpRequest request) throws IOException {
    Redirects.Arrival arrival =
        new Redirects(this::isOwn, OciError.REGISTRY_PROTOCOL).follow(transport, request);
    if (!arrival.uri().equals(request.uri()) && !isOwn(arrival.uri())) {
      refuseForeign(request, arrival.uri(), arrival.response());
    }
    return arrival.response();
  }

  /**
   * Other hosts get no credentials. Links to blob stores are signed for some minutes; the registry
   * issues new ones.
   */
  private void refuseForeign(HttpRequest request, URI location, HttpResponse response)
      throws TransientException {
    boolean blob = request.uri().getPath().contains("/blobs/");
    if (blob ? !EXPIRED.contains(response.status()) : response.status() != 401) {
      return;
    }
    String what =
        "%s redirects to %s, which returned %d"
            .formatted(name, SafeUri.authority(location), response.status());
    response.close();
    if (blob) {
      throw new TransientException(OciError.REGISTRY_UNAVAILABLE, what);
    }
    throw new ModelcarException(OciError.REGISTRY_PROTOCOL, what);
  }
}
