package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.net.Pace;
import dev.modelcar.testkit.server.ExchangeLog;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What a registry holds and remembers. */
final class RegistryState {
  private final BlobStore blobs;
  private final String scheme;
  private final Map<String, RepositoryState> repositories = new ConcurrentHashMap<>();
  private final Map<String, UploadSession> uploads = new ConcurrentHashMap<>();
  private final FaultPlan<RegistryRequestKind> faults = FaultPlan.none();
  private final ExchangeLog<RegistryRequest> log = new ExchangeLog<>();
  private final AtomicLong bytesReceived = new AtomicLong();
  private final Map<String, Long> receivedByBlob = new ConcurrentHashMap<>();
  private volatile Habits habits;
  private volatile long bytesPerSecond = Long.MAX_VALUE;

  RegistryState(Storage storage, Habits habits, String scheme) {
    this.blobs = new BlobStore(storage);
    this.habits = habits;
    this.scheme = scheme;
  }

  BlobStore blobs() {
    return blobs;
  }

  String scheme() {
    return scheme;
  }

  Habits habits() {
    return habits;
  }

  void habits(Habits newHabits) {
    habits = newHabits;
  }

  void bytesPerSecond(long newRate) {
    bytesPerSecond = newRate;
  }

  Pace pace() {
    return bytesPerSecond == Long.MAX_VALUE
        ? Pace.unlimited()
        : Pace.bytesPerSecond(bytesPerSecond);
  }

  FaultPlan<RegistryRequestKind> faults() {
    return faults;
  }

  ExchangeLog<RegistryRequest> log() {
    return log;
  }

  /** The repository with this name, made if need be. */
  RepositoryState repository(String name) {
    return repositories.computeIfAbsent(name, _ -> new RepositoryState());
  }

  Optional<RepositoryState> find(String name) {
    return Optional.ofNullable(repositories.get(name));
  }

  /** The blob, if this repository shows it. */
  Optional<StoredBlob> blob(String repository, String digest) {
    boolean shown =
        habits.sharedBlobs() || find(repository).map(found -> found.isLinked(digest)).orElse(false);
    return shown ? blobs.find(digest) : Optional.empty();
  }

  void add(UploadSession session) {
    uploads.put(session.id(), session);
  }

  Optional<UploadSession> upload(String repository, String id) {
    return Optional.ofNullable(uploads.get(id))
        .filter(session -> session.repository().equals(repository));
  }

  void cancel(UploadSession session) {
    if (uploads.remove(session.id()) != null) {
      session.upload().abandon();
    }
  }

  void finished(UploadSession session, String digest) {
    uploads.remove(session.id());
    receivedByBlob.merge(digest, session.received().get(), Long::sum);
  }

  int openUploads() {
    return uploads.size();
  }

  /** Counts bytes of blobs as they come. */
  AtomicLong bytesReceived() {
    return bytesReceived;
  }

  long bytesReceived(String digest) {
    return receivedByBlob.getOrDefault(digest, 0L);
  }
}
