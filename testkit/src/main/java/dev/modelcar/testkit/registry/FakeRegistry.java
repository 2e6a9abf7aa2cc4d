package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.server.TestServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An OCI registry that keeps to the specification, or to the habits of a known one, and fails on
 * demand. Everything may be changed and asked while it runs, by any thread.
 */
public final class FakeRegistry implements AutoCloseable {
  private final RegistryState state;
  private final TestServer server;

  private FakeRegistry(RegistrySettings settings) {
    String scheme = settings.tls().isPresent() ? "https" : "http";
    this.state = new RegistryState(settings.storage(), settings.habits(), scheme);
    this.server =
        TestServer.start(
            settings.bindAddress(),
            settings.port(),
            settings.tls(),
            new RegistryHandler(state, settings.auth()));
  }

  /** Starts an open registry in memory. */
  public static FakeRegistry start() {
    return start(RegistrySettings.defaults());
  }

  /** Starts an open registry in memory with these habits. */
  public static FakeRegistry start(Habits habits) {
    return start(RegistrySettings.defaults().withHabits(habits));
  }

  public static FakeRegistry start(RegistrySettings settings) {
    return new FakeRegistry(settings);
  }

  /** Host and port, as they stand in a reference. */
  public String authority() {
    return server.authority();
  }

  public URI uri() {
    return server.uri();
  }

  /** The server, to cut its connections or let it refuse new ones. */
  public TestServer server() {
    return server;
  }

  /** Takes on other habits; uploads that go on are treated by the new ones. */
  public FakeRegistry habits(Habits habits) {
    state.habits(habits);
    return this;
  }

  /** How far away this is: how long each request takes before it is looked at. */
  public FakeRegistry latency(Duration roundTrip) {
    server.latency(roundTrip);
    return this;
  }

  /** How fast bodies go each way on a connection; unlimited at first. */
  public FakeRegistry rateLimit(long bytesPerSecondPerConnection) {
    state.bytesPerSecond(bytesPerSecondPerConnection);
    return this;
  }

  /** What goes wrong; change it at any time. */
  public FaultPlan<RegistryRequestKind> faults() {
    return state.faults();
  }

  /** All requests so far, in the order of arrival. */
  public List<RegistryRequest> requests() {
    return state.log().records();
  }

  /** The requests of one kind. */
  public List<RegistryRequest> requests(RegistryRequestKind kind) {
    return requests().stream().filter(request -> request.kind() == kind).toList();
  }

  /** Forgets the requests so far. */
  public void clearRequests() {
    state.log().clear();
  }

  /** How many bytes of blobs came in, those that were lost again too. */
  public long bytesReceived() {
    return state.bytesReceived().get();
  }

  /** How many bytes came in over the uploads that became this blob. */
  public long bytesReceived(String digest) {
    return state.bytesReceived(digest);
  }

  /** How many uploads were begun but neither finished nor cancelled. */
  public int openUploads() {
    return state.openUploads();
  }

  /** Puts a blob into a repository, and returns its digest. */
  public String inject(String repository, Content blob) {
    String digest = "sha256:" + blob.sha256();
    state.blobs().put(new StoredBlob(digest, blob.size(), Optional.of(blob)));
    state.repository(repository).link(digest);
    return digest;
  }

  /** Puts a manifest under a tag or its digest, unchecked, and returns its digest. */
  public String injectManifest(
      String repository, String reference, String mediaType, Content manifest) {
    StoredManifest stored = new StoredManifest(mediaType, manifest);
    state.repository(repository).put(reference, stored);
    return stored.digest();
  }

  /** The blob with this digest, whatever repositories show it. */
  public Optional<StoredBlob> blob(String digest) {
    return state.blobs().find(digest);
  }

  /** The blob with this digest, if the repository shows it. */
  public Optional<StoredBlob> blob(String repository, String digest) {
    return state.blob(repository, digest);
  }

  /** The manifest with this tag or digest. */
  public Optional<StoredManifest> manifest(String repository, String reference) {
    return state.find(repository).flatMap(found -> found.manifest(reference));
  }

  /** The tags of a repository, sorted. */
  public List<String> tags(String repository) {
    return state.find(repository).map(RepositoryState::tags).orElse(List.of());
  }

  /** Loses a blob, as garbage collection does. */
  public void forgetBlob(String digest) {
    state.blobs().forget(digest);
  }

  /** Loses a tag, or a manifest with all its tags. */
  public void forgetManifest(String repository, String reference) {
    state.repository(repository).remove(reference);
  }

  @Override
  public void close() {
    server.close();
  }
}
