package dev.modelcar.oci.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.Redirects;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.TransientException;
import dev.modelcar.http.Uris;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.auth.Credentials;
import java.io.IOException;
import java.net.URI;

/**
 * Asks the token server that a registry names for tokens (distribution's token authentication, and
 * its OAuth2 form where there is an identity token).
 */
final class TokenClient {
  private static final int MAX_ANSWER = 1 << 20;

  private final RegistryHost host;
  private final String scheme;

  /**
   * @param scheme by which the registry itself is reached; behind TLS, so must its token server be
   */
  TokenClient(RegistryHost host, String scheme) {
    this.host = host;
    this.scheme = scheme;
  }

  JsonNode fetch(Authenticator.TokenRequest request) {
    if (scheme.equals("https")
        && !request.realm().getScheme().equals("https")
        && !(request.credentials() instanceof Credentials.Anonymous)) {
      throw new ModelcarException(
          OciError.REGISTRY_PROTOCOL,
          "%s names a token server without TLS (%s): no credentials are sent there"
              .formatted(host.name(), request.realm().getHost()));
    }
    String what = "asking the token server " + SafeUri.authority(request.realm());
    return host.retryPolicy()
        .repeat(RetryListener.none(), what, () -> attempt(request, tokenRequest(request), what));
  }

  private JsonNode attempt(Authenticator.TokenRequest request, HttpRequest http, String what)
      throws IOException {
    try (HttpResponse response = followed(http)) {
      int status = response.status();
      if (response.mayPass()) {
        throw host.transientFailure(response, what);
      }
      if (status != 200) {
        throw new ModelcarException(
            status == 401 || status == 403 || status == 400
                ? OciError.REGISTRY_UNAUTHORIZED
                : OciError.REGISTRY_PROTOCOL,
            "the token server %s answers %d for %s (%s)%s"
                .formatted(
                    SafeUri.authority(request.realm()),
                    status,
                    host.name(),
                    request.credentials().described(),
                    RegistryErrors.read(response).reason()));
      }
      return Json.parse(response.bytes(MAX_ANSWER));
    } catch (InvalidJsonException e) {
      throw new TransientException(OciError.REGISTRY_PROTOCOL, what + " gave something but JSON");
    }
  }

  /** A token server may have moved; credentials do not go along to another origin. */
  private HttpResponse followed(HttpRequest request) throws IOException {
    return new Redirects(to -> Uris.sameOrigin(to, request.uri()), OciError.REGISTRY_PROTOCOL)
        .follow(host.transport(), request)
        .response();
  }

  private HttpRequest tokenRequest(Authenticator.TokenRequest request) {
    StringBuilder query = new StringBuilder();
    request.service().ifPresent(s -> append(query, "service", s));
    if (request.credentials() instanceof Credentials.IdentityToken identity) {
      StringBuilder form = new StringBuilder();
      append(form, "grant_type", "refresh_token");
      append(form, "refresh_token", identity.token());
      append(form, "client_id", "modelcar");
      request.service().ifPresent(s -> append(form, "service", s));
      append(form, "scope", String.join(" ", request.scope().parts()));
      return HttpRequest.of("POST", request.realm())
          .with("Content-Type", "application/x-www-form-urlencoded")
          .with(RequestBody.of(form.toString()))
          .with(host.settings().timeouts());
    }
    request.scope().parts().forEach(part -> append(query, "scope", part));
    if (request.credentials() instanceof Credentials.Password password) {
      append(query, "account", password.username());
    }
    String separator = request.realm().getRawQuery() == null ? "?" : "&";
    HttpRequest get =
        HttpRequest.get(URI.create(request.realm() + (query.isEmpty() ? "" : separator + query)))
            .with(host.settings().timeouts());
    return request.credentials() instanceof Credentials.Password password
        ? get.with("Authorization", Authenticator.basicValue(password))
        : get;
  }

  private static void append(StringBuilder form, String key, String value) {
    form.append(form.isEmpty() ? "" : "&").append(key).append('=').append(Uris.encode(value));
  }
}
