package dev.modelcar.oci.registry.client;

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
 * One registry: where it is, who we are to it, what kind it is. Requests are authorized one by one,
 * repeated while their failures may pass, and redirected by hand; credentials go to this host only.
 */
public final class RegistryHost {
  private static final Duration FIRST_CONTACT = Duration.ofSeconds(20);

  /** What stores of blobs say of a link that is too old. */
  private static final Set<Integer> EXPIRED = Set.of(400, 401, 403, 410);

  /** No path is so narrow, and no registry wants more requests. */
  public static final long SHORTEST_REQUEST = 128 << 10;

  private static final long SHORTEST_ANSWER = 512 << 10;

  private final String name;
  private final URI base;
  private final RegistrySettings settings;
  private final HttpTransport transport;

  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock referrersLock = new ReentrantLock();
  private final Map<String, Authenticator> authenticators = new HashMap<>();
  private Optional<HttpHeaders> ping = Optional.empty();
  private Optional<RegistryProfile> profile = Optional.empty();
  private final ConnectionLimit requestLimit = new ConnectionLimit(SHORTEST_REQUEST);
  private final ConnectionLimit answerLimit = new ConnectionLimit(SHORTEST_ANSWER);

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

  public boolean isOurs(URI uri) {
    return Uris.sameOrigin(uri, base);
  }

  // ---- who we are ----

  /** One for each repository, for credentials may differ between them. */
  public Authenticator authenticator(String repository) {
    HttpHeaders known = ping();
    lock.lock();
    try {
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
    } finally {
      lock.unlock();
    }
  }

  // ---- what it is ----

  /** The answer to {@code /v2/}: asked for once, and not taken for a registry's if it is none. */
  private HttpHeaders ping() {
    lock.lock();
    try {
      if (ping.isPresent()) {
        return ping.get();
      }
      URI uri = uri("/v2/");
      HttpHeaders headers =
          settings
              .retryPolicy()
              .limitedTo(FIRST_CONTACT)
              .repeat(settings.retryListener(), "connecting to " + name, () -> pingOnce(uri));
      ping = Optional.of(headers);
      return headers;
    } catch (ModelcarException e) {
      throw isPlainToTls(e) ? RegistryErrors.perhapsTls(e) : e;
    } finally {
      lock.unlock();
    }
  }

  /** A server that expects TLS answers a plain request with an end, or with what is no HTTP. */
  private boolean isPlainToTls(ModelcarException e) {
    return base.getScheme().equals("http")
        && (e.code() == HttpError.NETWORK_BROKEN || e.code() == OciError.REGISTRY_PROTOCOL);
  }

  private HttpHeaders pingOnce(URI uri) throws IOException {
    try (HttpResponse response = follow(HttpRequest.get(uri).with(settings.timeouts()))) {
      int status = response.status();
      if (response.mayPass()) {
        throw transientFailure(response, "connecting to " + name);
      }
      boolean html = response.isHtml();
      boolean challenged = response.headers().first("WWW-Authenticate").isPresent();
      if ((status == 200 && !html) || (status == 401 && challenged)) {
        return response.headers();
      }
      if (!html && (status == 401 || status == 403)) {
        throw RegistryErrors.turnedAway(name, Refusal.read(response));
      }
      throw new ModelcarException(
          OciError.REGISTRY_PROTOCOL,
          "%s answers %d%s to the question that every registry knows (/v2/): it is none"
              .formatted(name, status, html ? " with " + Refusal.read(response).said() : ""));
    }
  }

  /** Asks for {@code /v2/} as whoever the credentials say. */
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
          throw new ModelcarException(
              OciError.REGISTRY_UNAUTHORIZED,
              "%s does not take %s (%d)%s"
                  .formatted(name, credentials.described(), response.status(), refusal.reason()));
        }
      }
    }
    return new RegistryGreeting(
        profile(), challenges.stream().map(Challenge::scheme).toList(), credentials.described());
  }

  /** What kind of registry this is, as far as is known by now. */
  public RegistryProfile profile() {
    lock.lock();
    try {
      if (profile.isPresent()) {
        return profile.get();
      }
    } finally {
      lock.unlock();
    }
    Optional<RegistryProfile> told = settings.profiles().apply(name);
    if (told.isPresent()) {
      return remember(told.get());
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

  private RegistryProfile remember(RegistryProfile known) {
    lock.lock();
    try {
      profile = Optional.of(known);
      return known;
    } finally {
      lock.unlock();
    }
  }

  /** An upload has begun, which tells more than {@code /v2/} does. */
  public void uploadBegan(String location, HttpHeaders headers) {
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
  public ConnectionLimit answerLimit() {
    return answerLimit;
  }

  // ---- requests ----

  public TransientException transientFailure(HttpResponse response, String what) {
    return RegistryErrors.mayPass(response, name, what, settings.clock().instant());
  }

  /**
   * Sends a request with no or a small body until there is an answer that will not change: a
   * success, or a refusal that is the caller's to understand.
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
    HttpResponse response = show(authorized, scope, authenticator);
    if (response.status() == 401) {
      authenticator.refused(response.headers(), scope);
      response.close();
      authorized = authorized(request, authenticator, scope);
      response = show(authorized, scope, authenticator);
    }
    if (response.status() == 401 && wasTaken(authorized, scope, authenticator)) {
      try (HttpResponse refused = response) {
        throw ended(Refusal.read(refused), authenticator, what);
      }
    }
    if (response.mayPass()) {
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
    noteIfTaken(authorized, scope, response, authenticator);
    return response;
  }

  private HttpResponse show(HttpRequest authorized, Scope scope, Authenticator authenticator)
      throws IOException {
    HttpResponse response = follow(authorized);
    noteIfTaken(authorized, scope, response, authenticator);
    return response;
  }

  private static boolean wasTaken(
      HttpRequest authorized, Scope scope, Authenticator authenticator) {
    return authorized
        .headers()
        .first("Authorization")
        .filter(value -> authenticator.wasTaken(value, scope, authorized.isRead()))
        .isPresent();
  }

  private static void noteIfTaken(
      HttpRequest request, Scope scope, HttpResponse response, Authenticator authenticator) {
    if (response.isSuccess()) {
      request
          .headers()
          .first("Authorization")
          .ifPresent(value -> authenticator.accepted(value, scope, request.isRead()));
    }
  }

  /** Credentials that were good have ended; others may come. */
  public TransientException ended(Refusal refusal, Authenticator authenticator, String what) {
    return new TransientException(
        OciError.REGISTRY_UNAUTHORIZED,
        "%s: %s answers %d to what it took before, and there is nothing newer yet (%s)%s"
            .formatted(what, name, refusal.status(), authenticator.asWhom(), refusal.reason()));
  }

  private HttpRequest authorized(HttpRequest request, Authenticator authenticator, Scope scope) {
    if (!isOurs(request.uri())) {
      return request;
    }
    return authenticator
        .header(scope)
        .map(value -> request.with("Authorization", value))
        .orElse(request);
  }

  /** Follows the redirects of requests that only read; credentials stay with this host. */
  private HttpResponse follow(HttpRequest request) throws IOException {
    Redirects.Arrival arrival =
        new Redirects(this::isOurs, OciError.REGISTRY_PROTOCOL).follow(transport, request);
    if (!arrival.uri().equals(request.uri()) && !isOurs(arrival.uri())) {
      refuseForeign(request, arrival.uri(), arrival.response());
    }
    return arrival.response();
  }

  /**
   * Whatever another host thinks of credentials, it has none of ours, and gets none. A link to a
   * store of blobs is signed for some minutes; the registry gives out another one.
   */
  private void refuseForeign(HttpRequest request, URI place, HttpResponse response)
      throws TransientException {
    boolean blob = request.uri().getPath().contains("/blobs/");
    if (blob ? !EXPIRED.contains(response.status()) : response.status() != 401) {
      return;
    }
    String what =
        "%s sends readers to %s, which answers %d"
            .formatted(name, SafeUri.authority(place), response.status());
    response.close();
    if (blob) {
      throw new TransientException(OciError.REGISTRY_UNAVAILABLE, what);
    }
    throw new ModelcarException(OciError.REGISTRY_PROTOCOL, what);
  }
}
