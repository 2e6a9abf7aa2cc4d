package dev.modelcar.testkit.hub;

import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.server.TestServer;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A model hub like Hugging Face's: the API, {@code resolve} with its redirects, and a CDN under
 * another host name. Everything may be changed while it runs, by any thread; each knob returns the
 * hub, so that several can be set in a row.
 */
public final class FakeHub implements AutoCloseable {
  private static final Set<HubRequestKind> FILE_KINDS =
      Set.of(HubRequestKind.CDN, HubRequestKind.RESOLVE_CACHE, HubRequestKind.RESOLVE_GET);

  private final HubState state;
  private final CdnHandler cdnHandler;
  private final TestServer cdn;
  private final TestServer hub;
  private final URI endpoint;

  private FakeHub(HubAddress address) {
    this.state = new HubState(address.scheme());
    this.cdnHandler = new CdnHandler(state);
    this.cdn =
        TestServer.start(address.bindAddress(), address.cdnPort(), address.tls(), cdnHandler);
    String cdnRoot = address.scheme() + "://" + address.cdnHost() + ":" + cdn.port();
    HubHandler hubHandler = new HubHandler(state, cdnRoot);
    this.hub =
        TestServer.start(address.bindAddress(), address.hubPort(), address.tls(), hubHandler);
    this.endpoint = URI.create(address.scheme() + "://" + address.hubHost() + ":" + hub.port());
  }

  /** Starts a hub at 127.0.0.1 with its CDN at localhost. */
  public static FakeHub start() {
    return start(HubAddress.loopback());
  }

  public static FakeHub start(HubAddress address) {
    return new FakeHub(address);
  }

  /** What {@code HF_ENDPOINT} should be. */
  public URI endpoint() {
    return endpoint;
  }

  /** Adds a model as the newest commit of {@code main}; the repository is made if need be. */
  public HubRepository add(String id, GeneratedModel model) {
    return repository(id).push(model);
  }

  /** The repository with this id, made if need be. */
  public HubRepository repository(String id) {
    return state.repository(id);
  }

  /** Leads whoever asks for an old or short name to the repository's present one. */
  public FakeHub rename(String oldId, String newId) {
    state.rename(oldId, newId);
    return this;
  }

  /** Makes a token known. While none is known, every token is taken. */
  public FakeHub token(String token) {
    state.tokens().know(token);
    return this;
  }

  /** Makes a token known that lacks the permission to read any repository. */
  public FakeHub narrowToken(String token) {
    state.tokens().narrow(token);
    return this;
  }

  /** Takes a token no longer. */
  public FakeHub revokeToken(String token) {
    state.tokens().revoke(token);
    return this;
  }

  /** How many entries a page of the tree has; 1000 at first. */
  public FakeHub pageSize(int entries) {
    state.knobs().pageSize = entries;
    return this;
  }

  /** The language that the cards of all models name; none at first. */
  public FakeHub language(String language) {
    state.knobs().language = Optional.of(language);
    return this;
  }

  /** From how many bytes on a file is a large one, whatever its name; 10 MiB at first. */
  public FakeHub lfsThreshold(long bytes) {
    state.knobs().lfsThreshold = bytes;
    return this;
  }

  /** Whether small files of open repositories are redirected to their cache; so at first. */
  public FakeHub resolveCache(boolean redirects) {
    state.knobs().resolveCache = redirects;
    return this;
  }

  /** Sends clients to the CDN by another way, such as a link that breaks. */
  public FakeHub cdnBy(String root) {
    state.knobs().cdnRoot = Optional.of(root);
    return this;
  }

  /** Whether large files are announced in chunked form too, which nobody serves; not at first. */
  public FakeHub announceXet(boolean announced) {
    state.knobs().xet = announced;
    return this;
  }

  /** How long a signed URL is good; an hour at first. */
  public FakeHub signedUrlLife(Duration life) {
    state.knobs().urlLife = life;
    return this;
  }

  /** For how many requests a signed URL is good; any number at first. */
  public FakeHub signedUrlUses(int uses) {
    state.knobs().urlUses = uses;
    return this;
  }

  /** Lets all signed URLs handed out so far be expired. */
  public FakeHub expireSignedUrls() {
    state.urls().expireAll();
    return this;
  }

  /** The clock by which signed URLs expire; the system's at first. */
  public FakeHub clock(InstantSource clock) {
    state.knobs().clock = clock;
    return this;
  }

  /** How far away this is: how long each request takes before it is looked at. */
  public FakeHub latency(Duration roundTrip) {
    hub.latency(roundTrip);
    cdn.latency(roundTrip);
    return this;
  }

  /** How fast answers come over each connection, files above all; unlimited at first. */
  public FakeHub rateLimit(long bytesPerSecondPerConnection) {
    state.knobs().bytesPerSecond = bytesPerSecondPerConnection;
    return this;
  }

  /** What every answer says in {@code X-HF-Warning}. */
  public FakeHub warning(String topicAndText) {
    state.knobs().warning = Optional.of(topicAndText);
    return this;
  }

  /** What goes wrong; change it at any time. */
  public FaultPlan<HubRequestKind> faults() {
    return state.faults();
  }

  /** All requests so far, those to the CDN too, in the order of arrival. */
  public List<HubRequest> requests() {
    return state.log().records();
  }

  /** The requests of one kind. */
  public List<HubRequest> requests(HubRequestKind kind) {
    return requests().stream().filter(request -> request.kind() == kind).toList();
  }

  /** Forgets the requests so far. */
  public void clearRequests() {
    state.log().clear();
  }

  /** How many bytes of files were sent, small ones and large ones. */
  public long bytesServed() {
    return requests().stream()
        .filter(request -> FILE_KINDS.contains(request.kind()))
        .filter(request -> request.status() == 200 || request.status() == 206)
        .mapToLong(HubRequest::bytesSent)
        .sum();
  }

  /** The largest number of requests that read the large file with this digest at once. */
  public int mostReadersAtOnce(String sha256) {
    return cdnHandler.mostAtOnce(sha256);
  }

  /** How many requests brought a token to the CDN; anything but 0 is a leak. */
  public int leakedTokens() {
    return state.leaks().get();
  }

  /** The server of the hub, to cut its connections or let it refuse new ones. */
  public TestServer hubServer() {
    return hub;
  }

  /** The server of the CDN. */
  public TestServer cdnServer() {
    return cdn;
  }

  @Override
  public void close() {
    hub.close();
    cdn.close();
  }
}
