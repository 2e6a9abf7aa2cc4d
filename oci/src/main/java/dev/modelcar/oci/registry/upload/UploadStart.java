package dev.modelcar.oci.registry.upload;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.TransientException;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.registry.auth.Scope;
import dev.modelcar.oci.registry.client.RegistryHost;
import dev.modelcar.oci.registry.client.RepositoryClient;
import dev.modelcar.oci.registry.errors.Refusal;
import dev.modelcar.oci.registry.errors.RegistryErrors;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** Starts uploads in a repository. */
public record UploadStart(RepositoryClient repository) {

  /**
   * Starts an upload and cancels it.
   *
   * @throws ModelcarException as an upload would fail with
   */
  public void probe() {
    repository.cancel(send("a blob", (wait, why) -> {}), Scope.push(repository.name()));
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
