package dev.modelcar.oci.registry.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.Redirects;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.Timeouts;
import dev.modelcar.http.TransientException;
import dev.modelcar.http.Uris;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.auth.Credentials;
import dev.modelcar.oci.registry.errors.Refusal;
import dev.modelcar.oci.registry.errors.RegistryErrors;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;

/**
 * Requests tokens from the token server that a registry names (distribution's token authentication,
 * and its OAuth2 form for identity tokens).
 *
 * @param registry for messages
 * @param scheme of the registry; a token server of a registry with TLS needs TLS, too
 */
public record TokenClient(
    String registry,
    String scheme,
    HttpTransport transport,
    RetryPolicy retryPolicy,
    Timeouts timeouts,
    InstantSource clock) {
  private static final int MAX_RESPONSE = 1 << 20;

  JsonNode fetch(TokenRequest request) {
    if (scheme.equals("https")
        && !request.realm().getScheme().equals("https")
        && !(request.credentials() instanceof Credentials.Anonymous)) {
      throw new ModelcarException(
          OciError.REGISTRY_PROTOCOL,
          "%s names a token server without TLS (%s), to which no credentials are sent"
              .formatted(registry, request.realm().getHost()));
    }
    String what = "requesting a token from " + SafeUri.authority(request.realm());
    return retryPolicy.repeat(
        RetryListener.none(), what, () -> attempt(request, tokenRequest(request), what));
  }

  private JsonNode attempt(TokenRequest request, HttpRequest http, String what) throws IOException {
    try (HttpResponse response = followed(http)) {
      int status = response.status();
      if (response.isTransientFailure()) {
        throw RegistryErrors.transientFailure(response, registry, what, clock.instant());
      }
      if (status != 200) {
        throw new ModelcarException(
            status == 401 || status == 403 || status == 400
                ? OciError.REGISTRY_UNAUTHORIZED
                : OciError.REGISTRY_PROTOCOL,
            "the token server %s returned %d for %s (%s)%s"
                .formatted(
                    SafeUri.authority(request.realm()),
                    status,
                    registry,
                    request.credentials().described(),
                    Refusal.read(response).reason()));
      }
      return Json.parse(response.bytes(MAX_RESPONSE));
    } catch (InvalidJsonException e) {
      throw new TransientException(
          OciError.REGISTRY_PROTOCOL,
          "the token server " + SafeUri.authority(request.realm()) + " did not return JSON");
    }
  }

  /** A token server may have moved; credentials do not go along to another origin. */
  private HttpResponse followed(HttpRequest request) throws IOException {
    return new Redirects(to -> Uris.sameOrigin(to, request.uri()), OciError.REGISTRY_PROTOCOL)
        .follow(transport, request)
        .response();
  }

  private HttpRequest tokenRequest(TokenRequest request) {
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
          .with(RequestBody.of(form.toString(), identity.token()))
          .with(timeouts);
    }
    request.scope().parts().forEach(part -> append(query, "scope", part));
    if (request.credentials() instanceof Credentials.Password password) {
      append(query, "account", password.username());
    }
    String separator = request.realm().getRawQuery() == null ? "?" : "&";
    HttpRequest get =
        HttpRequest.get(URI.create(request.realm() + (query.isEmpty() ? "" : separator + query)))
            .with(timeouts);
    return request.credentials() instanceof Credentials.Password password
        ? get.with("Authorization", Authenticator.basicValue(password))
        : get;
  }

  private static void append(StringBuilder form, String key, String value) {
    form.append(form.isEmpty() ? "" : "&").append(key).append('=').append(Uris.encode(value));
  }
}
