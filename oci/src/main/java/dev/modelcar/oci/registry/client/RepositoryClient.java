package dev.modelcar.oci.registry.client;

import dev.modelcar.core.FailedRequest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpError;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.Retries;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.Uris;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.registry.auth.Scope;
import dev.modelcar.oci.registry.errors.Refusal;
import dev.modelcar.oci.registry.errors.RegistryErrors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;

/** One repository of a registry, and the requests that all operations on it share. */
public record RepositoryClient(RegistryHost host, ImageReference.Registry location) {
  public RepositoryClient {
    location = location.repositoryOnly();
  }

  /** The path below the host. */
  public String name() {
    return location.repository();
  }

  public ModelcarException refused(Refusal refusal, String what) {
    FailedRequest request = FailedRequest.of(host.name(), name(), refusal.status());
    ModelcarException e =
        RegistryErrors.toException(
            refusal, host.loginName(), what, host.authenticator(name()).credentialsUsed());
    return host.advised(e)
        .about(
            refusal.digests().size() == 1 ? request.with(refusal.digests().getFirst()) : request);
  }

  /**
   * The URL of an upload, from {@code Location}. Another host is accepted, without credentials,
   * unless it is in a private network.
   */
  public Optional<URI> uploadAddress(HttpResponse response, URI asked) {
    Optional<String> location =
        response.headers().first("Location").filter(text -> !text.isBlank());
    if (location.isEmpty()) {
      return Optional.empty();
    }
    URI uri =
        Uris.resolve(asked, location.get())
            .orElseThrow(() ->
                new ModelcarException(
                    OciError.REGISTRY_PROTOCOL, host.name() + " returned an invalid upload URL"));
    if (host.isOwn(uri)) {
      return Optional.of(uri);
    }
    if (sameHostOtherwiseSpelled(uri, asked)) {
      // A proxy that ends TLS, or that moved a standard port, without telling what is behind it; or
      // a store elsewhere that names itself.
      return Optional.of(
          URI.create(asked.getScheme() + "://" + asked.getRawAuthority() + withoutOrigin(uri)));
    }
    if (isPrivate(uri.getHost())
        || (asked.getScheme().equals("https") && !uri.getScheme().equals("https"))) {
      throw new ModelcarException(
          HttpError.REDIRECT_REFUSED,
          "%s redirects the upload to %s, which is not safe"
              .formatted(host.name(), SafeUri.authority(uri)),
          "A proxy in front of the registry must forward Host and X-Forwarded-Proto, or the registry"
              + " must be configured with its external URL (distribution: http.host or"
              + " http.relativeurls).",
          null);
    }
    return Optional.of(uri);
  }

  /**
   * Cancels an upload; failures do not matter, because registries expire uploads.
   *
   * @return whether it is gone
   */
  public boolean cancel(URI upload, Scope scope) {
    HttpRequest delete = HttpRequest.of("DELETE", upload).with(host.settings().timeouts());
    try (HttpResponse response = host.sendOnce(delete, name(), scope)) {
      return isGone(response);
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the response to its cancellation says that an upload is no more. */
  public static boolean isGone(HttpResponse response) {
    return response.isSuccess() || response.status() == 404;
  }

  private static boolean sameHostOtherwiseSpelled(URI uri, URI asked) {
    return uri.getHost().equalsIgnoreCase(asked.getHost())
        && (uri.getPort() < 0 || uri.getPort() == asked.getPort());
  }

  private static String withoutOrigin(URI uri) {
    return uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
  }

  private static boolean isPrivate(String hostName) {
    String literal = hostName.replaceAll("[\\[\\]]", "");
    if (!literal.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      return literal.equalsIgnoreCase("localhost");
    }
    try {
      InetAddress address = InetAddress.ofLiteral(literal);
      return address.isLoopbackAddress()
          || address.isSiteLocalAddress()
          || address.isLinkLocalAddress()
          || address.isAnyLocalAddress();
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  /** A request with no or a small body, repeated while its failures may pass. */
  public HttpResponse send(HttpRequest request, Scope scope, String what) {
    return host.send(request, name(), scope, what, host.settings().retryListener());
  }

  /** Repeats what may work a little later. */
  public <T> T repeat(String what, RetryPolicy.Attempt<T> attempt) {
    return host.retryPolicy().repeat(host.settings().retryListener(), what, attempt);
  }

  /** A fresh count for one operation. */
  public Retries retries() {
    return host.retryPolicy().start(host.settings().retryListener());
  }

  public HttpRequest request(String method, String path) {
    HttpRequest request =
        HttpRequest.of(method, host.uri("/v2/" + name() + path)).with(host.settings().timeouts());
    return method.equals("POST") ? request.with(RequestBody.empty()) : request;
  }
}
