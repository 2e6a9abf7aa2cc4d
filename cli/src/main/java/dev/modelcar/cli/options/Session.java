package dev.modelcar.cli.options;

import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Environment;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.cli.views.Version;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.ObservedTransport;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.Timeouts;
import dev.modelcar.http.apache.ApacheTransport;
import dev.modelcar.http.ranges.ReadBudget;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.http.settings.ProxySettings;
import dev.modelcar.http.settings.TrustSettings;
import dev.modelcar.modelregistry.ModelRegistry;
import dev.modelcar.modelregistry.ModelRegistrySettings;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.ImageReference.Registry.Scheme;
import dev.modelcar.oci.ImageWriter;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.auth.CredentialSource;
import dev.modelcar.oci.auth.Credentials;
import dev.modelcar.oci.auth.TokenFile;
import dev.modelcar.oci.registry.Registries;
import dev.modelcar.oci.registry.client.RegistryGreeting;
import dev.modelcar.oci.registry.client.RegistryProfile;
import dev.modelcar.oci.registry.client.RegistrySettings;
import dev.modelcar.oci.transport.Transports;
import dev.modelcar.packaging.build.RecipeReference;
import dev.modelcar.packaging.layers.Memory;
import dev.modelcar.packaging.plan.Limits;
import dev.modelcar.packaging.reuse.journal.Journal;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.source.Sources;
import dev.modelcar.source.folder.FolderSource;
import dev.modelcar.source.hub.HubSettings;
import dev.modelcar.source.hub.HubSource;
import dev.modelcar.source.hub.HubToken;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The parts of the library, connected as environment and options require. */
public final class Session implements AutoCloseable {
  /** As the Hub's own client: more connections gain little and cost the Hub. */
  private static final int HUB_CONNECTIONS = 16;

  private final TrustSettings trusted;
  private final HttpTransport transport;
  private final HttpSettings verifying;
  private final HttpTransport hubTransport;
  private final Registries registries;
  private final HubSource hub;
  private final Sources sources;
  private final RegistryOptions registryOptions;
  private final RetryPolicy retryPolicy;
  private final RetryListener retryListener;
  private final Timeouts timeouts;
  private final CredentialSource credentials;
  private final Optional<Journal> journal;
  private Transports transports;

  /** How the registries are reached for which some reference of the command says it. */
  private final Map<String, Scheme> schemes = new ConcurrentHashMap<>();

  /** The registries that the user has named, with their ports. */
  private final Set<String> named = ConcurrentHashMap.newKeySet();

  public Session(Console console, RegistryOptions registryOptions, TransferOptions transfer) {
    this(console, registryOptions, transfer, Optional.empty(), Optional.empty());
  }

  /**
   * @param login credentials to use instead of those in options and files
   * @param journal of earlier runs, which is closed with the session
   */
  public Session(
      Console console,
      RegistryOptions registryOptions,
      TransferOptions transfer,
      Optional<Credentials> login,
      Optional<Journal> journal) {
    this.registryOptions = registryOptions;
    this.journal = journal;
    Environment environment = console.environment();
    this.trusted = trust(environment, registryOptions.caFiles);
    this.retryPolicy = RetryPolicy.standard().withBudget(transfer.retries());
    this.retryListener =
        (wait, why) -> console.note("waiting " + Texts.duration(wait) + ": " + why);
    HubSettings hub = HubSettings.of(environment.variables());
    this.timeouts = transfer.stall().map(Timeouts::of).orElse(Timeouts.STANDARD);
    if (transfer.stall().isPresent()) {
      hub = hub.with(timeouts);
    }
    boolean verified = registryOptions.tlsVerify;
    HttpTransport registryWires = new ApacheTransport(httpSettings(environment, hub, !verified));
    // --tls-verify=false is about registries; the Hub gets a token, so its certificate is verified.
    this.verifying = httpSettings(environment, hub, false);
    HttpTransport hubWires = verified ? registryWires : new ApacheTransport(verifying);
    TransportAdvice advice = new TransportAdvice(registryOptions, environment);
    ObservedTransport.Observer observer =
        console.verbose()
            ? (request, status, time) -> console.detail(RequestLine.of(request, status, time))
            : (request, status, time) -> {};
    this.transport = new ObservedTransport(registryWires, observer, advice::ofRegistry);
    this.hubTransport = new ObservedTransport(hubWires, observer, advice::ofHub);
    this.credentials =
        login
            .<CredentialSource>map(known -> (host, repository) -> known)
            .orElseGet(() -> registryOptions.credentials(environment.variables(), () -> named));
    this.registries =
        new Registries(
            new RegistrySettings(
                credentials,
                retryPolicy,
                retryListener,
                timeouts,
                registryOptions::profile,
                InstantSource.system(),
                host -> advice.ofLogin(host, login.isPresent(), named)),
            transport);
    this.transports = new Transports(registries);
    this.hub =
        new HubSource(
            hub,
            hubTransport,
            new ReadBudget(transfer.memoryBytes(), HUB_CONNECTIONS),
            retryPolicy,
            retryListener,
            InstantSource.system());
    this.sources = new Sources(this.hub, new FolderSource());
  }

  /**
   * For servers outside of the cluster that are neither registries nor the Hub: it trusts the
   * authorities that modelcar is told to trust, and {@code --tls-verify=false} does not matter to
   * it. The caller closes it.
   */
  public HttpTransport transportOutside() {
    return new ApacheTransport(verifying);
  }

  /**
   * For servers inside the cluster, which no proxy leads to: those that speak TLS have certificates
   * that their controller signed itself. Nothing that is secret may be sent. The caller closes it.
   */
  public HttpTransport transportInside() {
    return new ApacheTransport(
        verifying.with(ProxySettings.none()).with(trusted.withUnverified(Set.of("*"))));
  }

  private HttpSettings httpSettings(
      Environment environment, HubSettings hub, boolean anyCertificate) {
    TrustSettings trust = trusted;
    if (anyCertificate) {
      trust = trust.withUnverified(Set.of("*"));
    }
    String agent =
        "modelcar/"
            + Version.text()
            + " java/"
            + Runtime.version().feature()
            + hub.userAgentSuffix().map(suffix -> " origin/" + suffix).orElse("");
    return HttpSettings.standard(agent).with(ProxySettings.of(environment.variables())).with(trust);
  }

  private static TrustSettings trust(Environment environment, List<Path> caFiles) {
    TrustSettings trust = TrustSettings.of(environment.variables());
    Path serviceCa = TokenFile.SERVICE_ACCOUNT.resolve("service-ca.crt");
    if (Files.isReadable(serviceCa)) {
      trust = trust.withFile(serviceCa);
    }
    for (Path file : caFiles) {
      trust = trust.withFile(file);
    }
    return trust;
  }

  /**
   * A Model Registry. The pod's own token is for one inside its cluster alone, over TLS.
   *
   * @param inCluster whether it was found in the cluster, wherever its address leads
   */
  public ModelRegistry modelRegistry(String url, boolean inCluster) {
    URI api = ModelRegistrySettings.api(url);
    String host = SafeUri.authority(api);
    Path own = TokenFile.SERVICE_ACCOUNT.resolve("token");
    boolean mayHaveOwn =
        api.getScheme().equals("https")
            && (inCluster || api.getHost().matches(".*\\.svc(\\..*)?"))
            && Files.isReadable(own);
    Optional<Path> file =
        registryOptions
            .modelRegistryToken(host)
            .or(() -> mayHaveOwn ? Optional.of(own) : Optional.empty());
    return modelRegistry(api, () -> file.map(Session::token));
  }

  /**
   * A Model Registry.
   *
   * @param token is asked before each request
   */
  public ModelRegistry modelRegistry(URI api, Supplier<Optional<String>> token) {
    return new ModelRegistry(
        new ModelRegistrySettings(api, token, retryPolicy, retryListener, timeouts), transport);
  }

  /** The token in a file, as it is now. */
  public static String token(Path file) {
    Credentials found = TokenFile.of(file, any -> true).find("", "");
    return found instanceof Credentials.BearerToken bearer ? bearer.token() : "";
  }

  public Sources sources() {
    return sources;
  }

  /** What the token may do that the Hub is sent; empty if it is sent none. */
  public Optional<HubToken> hubToken() {
    return hub.token();
  }

  /**
   * Learns which registries a command is about, before it opens any: one for which a reference says
   * {@code http://} or {@code https://} is reached that way for all references.
   */
  public void reachAs(List<String> texts) {
    for (String text : texts) {
      if (RecipeReference.parseAny(text) instanceof ImageReference.Registry registry) {
        named.add(registry.host());
        if (registry.scheme() != Scheme.UNSTATED) {
          schemes.putIfAbsent(registry.host().toLowerCase(Locale.ROOT), registry.scheme());
        }
      }
    }
  }

  /** A reference to read or write; a scheme of its own wins over options. */
  public ImageReference reference(String text) {
    reachAs(List.of(text));
    return reached(RecipeReference.parseAny(text));
  }

  private ImageReference reached(ImageReference reference) {
    return reference instanceof ImageReference.Registry registry
            && registry.scheme() == Scheme.UNSTATED
        ? registry.with(
            schemes.getOrDefault(registry.host().toLowerCase(Locale.ROOT), standardScheme()))
        : reference;
  }

  private Scheme standardScheme() {
    return registryOptions.plainHttp ? Scheme.HTTP : Scheme.HTTPS;
  }

  /** Identifies a registry; its host may begin with a scheme. */
  public RegistryGreeting greet(String host) {
    Scheme scheme = Scheme.of(host);
    String name = scheme.strip(host);
    named.add(name);
    Scheme reached = scheme == Scheme.UNSTATED ? standardScheme() : scheme;
    return registries.greet(name, reached == Scheme.HTTP);
  }

  /** What a registry gets as a login. */
  public Credentials credentials(ImageReference.Registry registry) {
    return credentials.find(registry.host(), registry.repository());
  }

  /** What is known of a registry. */
  public RegistryProfile profile(ImageReference.Registry registry) {
    return registries.repository(registry).profile();
  }

  /** What earlier runs have left. */
  public Memory memory() {
    return journal.<Memory>map(opened -> opened).orElseGet(Memory::none);
  }

  public ImageReader reader(ImageReference reference) {
    return transports.reader(reached(reference));
  }

  /** Lets archives be started on disks that do not have room for them yet. */
  void makingRoom() {
    transports = transports.withoutRoomCheck();
  }

  public ImageWriter writer(ImageReference reference) {
    return transports.writer(reference);
  }

  /** The targets that a user names; registries without a tag get {@code latest}. */
  public List<ShipmentTarget> targets(List<String> texts) {
    return targets(texts, Optional.empty());
  }

  /**
   * The targets that a user names; those in one layout or archive share its writer.
   *
   * @param tag for those without one
   * @throws ModelcarException if two of them conflict
   */
  public List<ShipmentTarget> targets(List<String> texts, Optional<String> tag) {
    return ShipmentTarget.openAll(
        texts.stream().map(text -> destination(text, tag)).toList(), transports);
  }

  /** The destination of an image; in a registry, with {@code latest} if it has no tag. */
  public ImageReference destination(String text) {
    return destination(text, Optional.empty());
  }

  private ImageReference destination(String text, Optional<String> tag) {
    ImageReference reference = reference(text);
    if (reference.digest().isPresent()) {
      throw new ModelcarException(OciError.TARGET_IS_DIGEST, reference + " is a digest, not a tag");
    }
    if (reference instanceof ImageReference.Registry registry) {
      return registry.withTag(
          registry.tag().or(() -> tag.flatMap(Session::tagOf)).orElse("latest"));
    }
    return reference.tag().isEmpty() && tag.isPresent() ? reference.withTag(tag.get()) : reference;
  }

  /** The tag in a name of an image, which in layouts may be a full one. */
  private static Optional<String> tagOf(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    boolean full = !last.equals(name) && last.indexOf(':') < 0;
    String tag = last.substring(last.lastIndexOf(':') + 1);
    return full || !ImageReference.Registry.isTag(tag) ? Optional.empty() : Optional.of(tag);
  }

  /**
   * The limits of the registries among the targets. One that cannot be reached has failed, and the
   * others proceed without it.
   *
   * @throws ModelcarException if none can be reached
   */
  Limits limits(List<ShipmentTarget> targets) {
    List<Optional<RegistryProfile>> profiles =
        Threads.map(targets, targets.size(), "identifying the registries", this::profile);
    List<ModelcarException> failures =
        targets.stream().flatMap(target -> target.failure().stream()).toList();
    if (!targets.isEmpty() && failures.size() == targets.size()) {
      throw failures.getFirst();
    }
    return Limits.of(profiles.stream().flatMap(Optional::stream).toList());
  }

  private Optional<RegistryProfile> profile(ShipmentTarget target) {
    if (target.reference() instanceof ImageReference.Registry registry) {
      try {
        return Optional.of(profile(registry));
      } catch (ModelcarException e) {
        target.fail(e);
      }
    }
    return Optional.empty();
  }

  /** The image by its digest, as a cluster should use it. */
  public static String pinned(ImageReference reference, Digest digest) {
    String name =
        reference instanceof ImageReference.Registry registry
            ? registry.name()
            : reference.toString();
    return name + "@" + digest;
  }

  @Override
  public void close() {
    journal.ifPresent(Journal::close);
    registries.close();
    transport.close();
    hubTransport.close();
  }
}
