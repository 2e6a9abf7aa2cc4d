package dev.modelcar.oci.registry.upload;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.TransportException;
import dev.modelcar.oci.registry.client.RegistryHost;
import dev.modelcar.oci.registry.errors.Refusal;
import dev.modelcar.oci.registry.errors.RegistryErrors;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Ends an upload with the digest of what was sent. An answer that is lost does not mean that
 * nothing happened: the registry is asked for the blob before anything is sent again.
 */
final class UploadClosing {
  private final UploadState state;
  private final RegistryHost host;

  UploadClosing(UploadState state) {
    this.state = state;
    this.host = state.host();
  }

  /** Closes the upload; false if more must be sent, or the request sent once more. */
  boolean close(Digest digest) throws IOException, UploadLostException, WrongUploadException {
    URI address = state.address();
    String separator = address.getRawQuery() == null ? "?" : "&";
    HttpRequest put =
        HttpRequest.of("PUT", URI.create(address + separator + "digest=" + digest))
            .with(RequestBody.empty())
            .with(state.timeouts(state.sizeOrRead()));
    try (HttpResponse response = host.sendOnce(put, state.repository().name(), state.scope())) {
      return answered(response, digest);
    } catch (TransportException e) {
      ModelcarException failure = e.toException("closing: " + state.what());
      if (!e.isTransient()) {
        throw failure;
      }
      return settle(digest, failure, Optional.empty());
    }
  }

  private boolean answered(HttpResponse response, Digest digest)
      throws UploadLostException, WrongUploadException {
    int status = response.status();
    if (status == 201 || status == 204) {
      return accepted(response, digest);
    }
    Refusal refusal = Refusal.read(response);
    if (status == 401 || (status == 403 && state.isElsewhere())) {
      state.unauthorized(response, refusal);
      return false;
    }
    if (status == 413) {
      throw RegistryErrors.tooLarge(
          host.name(), state.content().name(), state.sizeOrRead(), refusal);
    }
    if (status == 403) {
      throw RegistryErrors.notKept(state.repository().refused(refusal, state.what()));
    }
    if (status == 400 && (refusal.has("DIGEST_INVALID") || refusal.has("SIZE_INVALID"))) {
      throw new WrongUploadException(
          "%s received other bytes for %s than were sent"
              .formatted(host.name(), state.content().name()));
    }
    boolean otherServer = refusal.html() && status == 200;
    boolean perhapsClosed = !refusal.html() && (status == 400 || status == 404 || status == 416);
    ModelcarException failure = state.repository().refused(refusal, state.what());
    // A proxy that slows clients down says so with a page.
    if (!response.mayPass() && !otherServer && !perhapsClosed) {
      throw failure;
    }
    return settle(digest, failure, host.transientFailure(response, state.what()).retryAfter());
  }

  private boolean accepted(HttpResponse response, Digest digest) throws WrongUploadException {
    Optional<Digest> said =
        response.headers().first("Docker-Content-Digest").flatMap(Digest::parse);
    if (said.isEmpty() || said.get().equals(digest) || state.isThere(digest)) {
      return true;
    }
    throw new WrongUploadException(
        "%s says that it stored %s as %s".formatted(host.name(), digest, said.get()));
  }

  /** Asks for the blob, and if the registry has none, for the upload. */
  private boolean settle(Digest digest, ModelcarException failure, Optional<Duration> after)
      throws UploadLostException {
    if (state.isThere(digest)) {
      return true;
    }
    if (!state.retries().waitForNext(after, String.valueOf(failure.getMessage()))) {
      throw failure;
    }
    if (state.isThere(digest)) {
      return true;
    }
    OptionalLong offset = state.askOffset();
    long most = Math.max(state.reader().highest(), state.confirmed());
    if (offset.isEmpty() || offset.getAsLong() > most) {
      throw new UploadLostException(String.valueOf(failure.getMessage()));
    }
    if (state.content().size().isPresent()) {
      state.continueAt(offset.getAsLong());
    }
    return false;
  }
}
