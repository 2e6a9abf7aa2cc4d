package dev.modelcar.oci.registry.upload;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.TransportException;
import dev.modelcar.oci.registry.errors.Refusal;
import dev.modelcar.oci.registry.errors.RegistryErrors;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Closes an upload with the digest. If the response is lost, the registry is asked for the blob
 * before anything is sent again.
 */
record UploadClosing(UploadState state) {
  /** Closes the upload; false if more must be sent, or the request sent once more. */
  boolean close(Digest digest) throws IOException, UploadLostException, WrongUploadException {
    URI address = state.address();
    String separator = address.getRawQuery() == null ? "?" : "&";
    HttpRequest put =
        HttpRequest.of("PUT", URI.create(address + separator + "digest=" + digest))
            .with(RequestBody.empty())
            .with(state.timeouts(state.sizeOrRead()));
    try (HttpResponse response =
        state.host().sendOnce(put, state.repository().name(), state.scope())) {
      return received(response, digest);
    } catch (TransportException e) {
      ModelcarException failure = e.toException(state.what() + " (closing)");
      if (!e.isTransient()) {
        throw failure;
      }
      return settle(digest, failure, Optional.empty());
    }
  }

  private boolean received(HttpResponse response, Digest digest)
      throws UploadLostException, WrongUploadException {
    int status = response.status();
    if (status == 201 || status == 204) {
      return accepted(response, digest);
    }
    Refusal refusal = Refusal.read(response);
    if (status == 401 || (status == 403 && state.isOnOtherHost())) {
      state.unauthorized(response, refusal);
      return false;
    }
    if (status == 413) {
      throw RegistryErrors.tooLarge(
          state.host().name(), state.content().name(), state.sizeOrRead(), refusal);
    }
    if (status == 403) {
      throw RegistryErrors.notKept(state.repository().refused(refusal, state.what()));
    }
    if (status == 400 && (refusal.has("DIGEST_INVALID") || refusal.has("SIZE_INVALID"))) {
      throw new WrongUploadException(
          "%s received other content for %s than was sent"
              .formatted(state.host().name(), state.content().name()));
    }
    boolean otherServer = refusal.html() && status == 200;
    boolean perhapsClosed = !refusal.html() && (status == 400 || status == 404 || status == 416);
    ModelcarException failure = state.repository().refused(refusal, state.what());
    // A proxy that slows clients down says so with a page.
    if (!response.isTransientFailure() && !otherServer && !perhapsClosed) {
      throw failure;
    }
    return settle(
        digest, failure, state.host().transientFailure(response, state.what()).retryAfter());
  }

  private boolean accepted(HttpResponse response, Digest digest) throws WrongUploadException {
    Optional<Digest> said =
        response.headers().first("Docker-Content-Digest").flatMap(Digest::parse);
    if (said.isEmpty() || said.get().equals(digest) || state.isPresent(digest)) {
      return true;
    }
    throw new WrongUploadException(
        "%s stored %s as %s".formatted(state.host().name(), digest, said.get()));
  }

  /** Asks for the blob, and if the registry has none, for the upload. */
  private boolean settle(Digest digest, ModelcarException failure, Optional<Duration> after)
      throws UploadLostException {
    if (state.isPresent(digest)) {
      return true;
    }
    if (!state.retries().waitForNext(after, String.valueOf(failure.getMessage()))) {
      throw state.retries().ended(failure);
    }
    if (state.isPresent(digest)) {
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
