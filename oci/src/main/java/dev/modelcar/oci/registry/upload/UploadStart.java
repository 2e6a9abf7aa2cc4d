package dev.modelcar.oci.registry.upload;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpError;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.TransientException;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.registry.auth.Scope;
import dev.modelcar.oci.registry.client.RegistryHost;
import dev.modelcar.oci.registry.client.RepositoryClient;
import dev.modelcar.oci.registry.errors.Refusal;
import dev.modelcar.oci.registry.errors.RegistryErrors;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Starts uploads in a repository. */
public record UploadStart(RepositoryClient repository) {
  private static final Duration FIRST_CONTACT = Duration.ofSeconds(20);

  /** Whatever would be sent there would fail in the same way. */
  private static final Set<ErrorCode> UNREACHABLE =
      Set.of(
          HttpError.NETWORK_UNKNOWN_HOST,
          HttpError.NETWORK_UNREACHABLE,
          HttpError.NETWORK_PROXY,
          HttpError.TLS_UNTRUSTED,
          HttpError.TLS_PLAIN_HTTP);

  /**
   * Starts an upload and cancels it.
   *
   * @return whether the registry has cancelled it; if not, it goes when the registry cleans up
   * @throws ModelcarException as an upload would fail with
   */
  public boolean probe() {
    URI upload = send("a blob", (wait, why) -> {});
    return repository.host().isOwn(upload)
        ? repository.cancel(upload, Scope.push(repository.name()))
        : cancelElsewhere(upload);
  }

  /**
   * A registry behind a proxy may return a name that only its own network knows. What such a host
   * responds does not matter, for a store need not know how to cancel, but it has to be there.
   */
  private boolean cancelElsewhere(URI upload) {
    RegistryHost host = repository.host();
    HttpRequest delete = HttpRequest.of("DELETE", upload).with(host.settings().timeouts());
    String what = "cancelling an upload on " + SafeUri.authority(upload);
    try {
      return host.retryPolicy()
          .limitedTo(FIRST_CONTACT)
          .repeat(
              (wait, why) -> {},
              what,
              () -> {
                try (HttpResponse response =
                    host.sendOnce(delete, repository.name(), Scope.none())) {
                  return RepositoryClient.isGone(response);
                }
              });
    } catch (ModelcarException e) {
      if (UNREACHABLE.contains(e.code())) {
        throw unreachable(host, upload, e);
      }
      return false;
    }
  }

  /**
   * How a request of an upload failed: that its host cannot be reached, if it is not the registry's
   * and that is the reason.
   */
  static ModelcarException failure(RegistryHost host, URI upload, ModelcarException e) {
    return host.isOwn(upload) || !UNREACHABLE.contains(e.code()) ? e : unreachable(host, upload, e);
  }

  private static ModelcarException unreachable(RegistryHost host, URI upload, ModelcarException e) {
    return new ModelcarException(
        OciError.REGISTRY_UPLOAD_UNREACHABLE,
        "%s sends uploads to %s, which cannot be reached from here: %s"
            .formatted(host.name(), SafeUri.authority(upload), e.getMessage()),
        e);
  }

  /**
   * Starts an upload, with retries.
   *
   * @param content what is to be uploaded, for messages
   * @return where its first request goes
   */
  URI send(String content, RetryListener waiting) {
    RegistryHost host = repository.host();
    URI start = host.uri("/v2/" + repository.name() + "/blobs/uploads/");
    HttpRequest post =
        HttpRequest.of("POST", start).with(RequestBody.empty()).with(host.settings().timeouts());
    String what =
        "starting the upload of %s to %s".formatted(content, repository.location().name());
    return host.retryPolicy().repeat(waiting, what, () -> sendOnce(post, what, waiting));
  }

  private URI sendOnce(HttpRequest post, String what, RetryListener waiting) throws IOException {
    RegistryHost host = repository.host();
    try (HttpResponse response =
        host.send(post, repository.name(), Scope.push(repository.name()), what, waiting)) {
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
          OciError.REGISTRY_PROTOCOL,
          "%s: %s returned an HTML page".formatted(what, repository.host().name()));
    }
    if (refusal.status() == 404 && !refusal.html()) {
      // It is a registry, as /v2/ has shown; some say this in plain words, without a code.
      throw RegistryErrors.noRepository(refusal, what);
    }
    throw repository.refused(refusal, what);
  }
}
