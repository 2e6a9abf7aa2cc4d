package dev.modelcar.oci.registry.upload;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpError;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.TransientException;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.WrongContentException;
import dev.modelcar.oci.registry.client.RegistryHost;
import dev.modelcar.oci.registry.client.RepositoryClient;
import dev.modelcar.oci.registry.errors.Refusal;
import dev.modelcar.oci.registry.errors.RegistryErrors;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Uploads one blob: starts an upload, sends the content in one request or in pieces, and closes it
 * with the digest. After a failure, it asks the registry for the offset and resumes there, or
 * starts over.
 */
public final class BlobUpload {
  /** How often an upload may start over; each time after a wait. */
  static final int MAX_RESTARTS = 25;

  private static final int MAX_CONTENT_FAILURES = 3;

  private final RegistryHost host;
  private final RepositoryClient repository;
  private final BlobContent content;
  private final UploadState state;
  private final UploadPieces pieces;
  private final UploadClosing closing;

  private int restarts;
  private int contentFailures;

  /**
   * @param present whether the repository holds a blob
   */
  public BlobUpload(
      RepositoryClient repository,
      Predicate<Descriptor> present,
      BlobContent content,
      UploadMemory memory,
      TransferListener listener) {
    this.host = repository.host();
    this.repository = repository;
    this.content = content;
    this.state = new UploadState(repository, present, content, memory, listener);
    this.pieces = new UploadPieces(state);
    this.closing = new UploadClosing(state);
  }

  /** Sends the blob and returns its digest. */
  public Digest run() {
    try (state) {
      state.recall();
      while (true) {
        try {
          if (!state.isOpen()) {
            if (isAlreadyPresent()) {
              return state.digest();
            }
            begin();
          }
          while (!state.isComplete()) {
            pieces.send();
          }
          state.readToTheEnd();
          if (closing.close(state.digest())) {
            state.done();
            return state.digest();
          }
        } catch (UploadLostException e) {
          startOver(String.valueOf(e.getMessage()));
        } catch (WrongContentException e) {
          wrong(CoreError.CONTENT_MISMATCH, String.valueOf(e.getMessage()));
        } catch (WrongUploadException e) {
          wrong(OciError.REGISTRY_CONTENT_MISMATCH, String.valueOf(e.getMessage()));
        }
      }
    } catch (IOException e) {
      throw new ModelcarException(
          HttpError.NETWORK_BROKEN, state.what() + ": " + e.getMessage(), e);
    }
  }

  /** After the first attempt the digest is known, and the closing request may have succeeded. */
  private boolean isAlreadyPresent() {
    return restarts > 0 && content.digest().isPresent() && state.isPresent(content.digest().get());
  }

  private void begin() {
    URI start = host.uri("/v2/" + repository.name() + "/blobs/uploads/");
    HttpRequest post =
        HttpRequest.of("POST", start).with(RequestBody.empty()).with(host.settings().timeouts());
    String what =
        "starting the upload of %s to %s".formatted(content.name(), repository.location().name());
    RetryListener waiting = state.listener()::waiting;
    state.started(host.retryPolicy().repeat(waiting, what, () -> begin(post, what, waiting)));
  }

  private URI begin(HttpRequest post, String what, RetryListener waiting) throws IOException {
    try (HttpResponse response = host.send(post, repository.name(), state.scope(), what, waiting)) {
      if (response.status() != 202) {
        throw refused(response, what);
      }
      Optional<URI> address = repository.uploadAddress(response, post.uri());
      if (address.isEmpty()) {
        throw new TransientException(
            OciError.REGISTRY_PROTOCOL, host.name() + " started an upload without a Location");
      }
      host.uploadStarted(response.headers().first("Location").orElse(""), response.headers());
      return address.get();
    }
  }

  /** An HTML page comes from a proxy, and may be gone with the next attempt. */
  private IOException refused(HttpResponse response, String what) {
    Refusal refusal = Refusal.read(response);
    if (refusal.html() && refusal.status() == 200) {
      return new TransientException(
          OciError.REGISTRY_PROTOCOL, "%s: %s returned an HTML page".formatted(what, host.name()));
    }
    if (refusal.status() == 404 && !refusal.html()) {
      // It is a registry, as /v2/ has shown; some say this in plain words, without a code.
      throw RegistryErrors.noRepository(refusal, what);
    }
    throw repository.refused(refusal, what);
  }

  private void startOver(String why) {
    state.lost();
    boolean waited = state.retries().failures() > 0;
    if (++restarts > MAX_RESTARTS
        || (!waited && !state.retries().waitForNext(Optional.empty(), state.what() + ": " + why))) {
      throw new ModelcarException(
          OciError.REGISTRY_UPLOAD_LOST,
          "%s started over %d times: %s".formatted(state.what(), restarts, why));
    }
    pieces.startOver(restarts);
    state.listener().resumed(0);
  }

  private void wrong(ErrorCode code, String why) throws IOException {
    if (++contentFailures > MAX_CONTENT_FAILURES) {
      throw new ModelcarException(code, why);
    }
    state.cancel();
    startOver(why);
  }
}
