package dev.modelcar.oci.registry.upload;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.Retries;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.Timeouts;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.registry.auth.Authenticator;
import dev.modelcar.oci.registry.auth.Scope;
import dev.modelcar.oci.registry.client.RegistryHost;
import dev.modelcar.oci.registry.client.RepositoryClient;
import dev.modelcar.oci.registry.errors.Refusal;
import dev.modelcar.oci.registry.errors.RegistryErrors;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** The progress of one upload. */
final class UploadState implements AutoCloseable {
  /** Addresses end, so one refusal means little; several, without any progress, are no accident. */
  private static final int MAX_STORE_REFUSALS = 4;

  private final RegistryHost host;
  private final RepositoryClient repository;
  private final Predicate<Descriptor> present;
  private final BlobContent content;
  private final UploadMemory memory;
  private final TransferListener listener;
  private final PieceReader reader;
  private final Retries retries;
  private final Scope scope;
  private final String what;

  private Optional<URI> address = Optional.empty();
  private long confirmed;

  /** The most that the registry ever had: less, after starting over, is no progress. */
  private long furthest;

  private boolean complete;
  private int refusals;
  private int storeRefusals;

  UploadState(
      RepositoryClient repository,
      Predicate<Descriptor> present,
      BlobContent content,
      UploadMemory memory,
      TransferListener listener) {
    this.host = repository.host();
    this.present = present;
    this.repository = repository;
    this.content = content;
    this.memory = memory;
    this.listener = listener;
    this.reader = new PieceReader(content, listener);
    this.retries = host.retryPolicy().start(listener::waiting);
    this.scope = Scope.push(repository.name());
    this.what = "uploading %s to %s".formatted(content.name(), repository.location().name());
  }

  RegistryHost host() {
    return host;
  }

  RepositoryClient repository() {
    return repository;
  }

  BlobContent content() {
    return content;
  }

  TransferListener listener() {
    return listener;
  }

  PieceReader reader() {
    return reader;
  }

  Retries retries() {
    return retries;
  }

  Scope scope() {
    return scope;
  }

  /** What is being done; for messages. */
  String what() {
    return what;
  }

  boolean isOpen() {
    return address.isPresent();
  }

  /**
   * Whether the registry sends this upload to another host, which knows us by the address alone.
   */
  boolean isOnOtherHost() {
    return !host.isOwn(address());
  }

  /** Where the next request goes. */
  URI address() {
    return address.orElseThrow();
  }

  /** How many bytes the registry is known to have. */
  long confirmed() {
    return confirmed;
  }

  /** Whether the registry has all bytes. */
  boolean isComplete() {
    return complete;
  }

  /** The size of the blob, or, where it is not known, what was read of it. */
  long sizeOrRead() {
    return content.size().orElse(reader.highest());
  }

  /**
   * Makes the digest known where an earlier run had sent all bytes, so that this one had none to
   * read.
   */
  void readToTheEnd() throws IOException {
    if (content.digest().isEmpty() && content.size().isPresent()) {
      reader.write(OutputStream.nullOutputStream(), content.size().getAsLong(), 1);
    }
  }

  Digest digest() {
    return content
        .digest()
        .orElseThrow(
            () -> new IllegalStateException("all bytes were read, so the digest is known"));
  }

  // ---- moving on ----

  void started(URI newAddress) {
    address = Optional.of(newAddress);
    confirmed = 0;
    complete = content.size().isPresent() && content.size().getAsLong() == 0;
    refusals = 0;
    remember();
  }

  /** The registry accepted everything up to an offset; all content if the size is unknown. */
  void confirm(HttpResponse response, long offset) {
    address = repository.uploadAddress(response, address()).or(() -> address);
    confirmed = offset;
    complete = content.size().isEmpty() || offset == content.size().getAsLong();
    refusals = 0;
    storeRefusals = 0;
    accepted(offset);
    remember();
  }

  /** Whether the registry has more than ever, which is the only progress. */
  boolean accepted(long offset) {
    if (offset <= furthest) {
      return false;
    }
    furthest = offset;
    retries.progressed();
    return true;
  }

  /** Resumes at another offset than expected. */
  void continueAt(long offset) {
    confirmed = offset;
    complete = content.size().isPresent() && offset == content.size().getAsLong();
    listener.resumed(offset);
    remember();
  }

  private void remember() {
    address.ifPresent(uri -> memory.remember(new UploadMemory.OpenUpload(uri, confirmed)));
  }

  /** Nothing of the upload is left. */
  void lost() {
    address = Optional.empty();
    confirmed = 0;
    complete = false;
    memory.forget();
  }

  void done() {
    memory.forget();
  }

  /**
   * The registry rejected the credentials. They are looked up again once, or until there are new
   * ones if it accepted them before.
   *
   * @throws ModelcarException if it rejects those as well
   * @throws UploadLostException if it is another host that the registry sent the upload to: that
   *     has no claim to credentials, but the registry may give another address for the upload
   */
  void unauthorized(HttpResponse response, Refusal refusal) throws UploadLostException {
    if (isOnOtherHost()) {
      String reason =
          "%s, where %s redirects uploads, returned %d"
              .formatted(SafeUri.authority(address()), host.name(), refusal.status());
      if (++storeRefusals == MAX_STORE_REFUSALS) {
        throw RegistryErrors.refusedByStore(what, reason);
      }
      throw new UploadLostException(reason);
    }
    Authenticator authenticator = host.authenticator(repository.name());
    authenticator.refused(response.headers(), scope);
    if (authenticator
        .header(scope)
        .filter(value -> authenticator.wasAccepted(value, scope, false))
        .isPresent()) {
      retries.waitOrThrow(host.expired(refusal, authenticator, what), what);
    } else if (++refusals > 1) {
      throw repository.refused(refusal, what);
    }
  }

  // ---- asking ----

  /** How many bytes the registry has, if it reports that. */
  OptionalLong askOffset() throws UploadLostException {
    HttpRequest get = HttpRequest.get(address()).with(host.settings().timeouts());
    String asking = "asking %s for the status of %s".formatted(host.name(), content.name());
    try (HttpResponse response =
        host.send(get, repository.name(), scope, asking, listener::waiting)) {
      if (!response.isSuccess()) {
        throw new UploadLostException("the registry no longer knows the upload");
      }
      address = repository.uploadAddress(response, address()).or(() -> address);
      return UploadRange.held(response.headers().first("Range").orElse(""));
    }
  }

  /** Resumes the upload of an earlier run, if the registry still knows it. */
  void recall() {
    Optional<UploadMemory.OpenUpload> open = memory.recall();
    if (open.isEmpty() || content.size().isEmpty() || !host.isOwn(open.get().session())) {
      return;
    }
    address = Optional.of(open.get().session());
    try {
      OptionalLong offset = askOffset();
      if (offset.isPresent() && offset.getAsLong() <= content.size().getAsLong()) {
        continueAt(offset.getAsLong());
        return;
      }
    } catch (UploadLostException e) {
      // There is nothing to resume.
    }
    lost();
  }

  boolean isPresent(Digest digest) {
    return present.test(Descriptor.of("application/octet-stream", digest, sizeOrRead()));
  }

  /** Slow disks behind a registry need time at the end of a request; a silent link needs none. */
  Timeouts timeouts(long bytes) {
    Timeouts usual = host.settings().timeouts();
    Duration flush = Duration.ofMillis(bytes / (50 << 10));
    return new Timeouts(
        usual.response().multipliedBy(2).plus(flush), usual.stall().multipliedBy(2));
  }

  /** Cancels the upload. */
  void cancel() throws IOException {
    reader.reset();
    address.ifPresent(upload -> repository.cancel(upload, scope));
    lost();
  }

  @Override
  public void close() throws IOException {
    reader.reset();
  }
}
