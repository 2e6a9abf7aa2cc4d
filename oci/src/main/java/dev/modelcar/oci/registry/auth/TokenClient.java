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
 * Asks the token server that a registry names for tokens (distribution's token authentication, and
 * its OAuth2 form where there is an identity token).
 */
public final class TokenClient {
  private static final int MAX_ANSWER = 1 << 20;

  private final String registry;
  private final String scheme;
  private final HttpTransport transport;
  private final RetryPolicy retryPolicy;
  private final Timeouts timeouts;
  private final InstantSource clock;

  /**
   * @param registry for messages
   * @param scheme by which the registry itself is reached; behind TLS, so must its token server be
   */
  public TokenClient(
      String registry,
      String scheme,
      HttpTransport transport,
      RetryPolicy retryPolicy,
      Timeouts timeouts,
      InstantSource clock) {
    this.registry = registry;
    this.scheme = scheme;
    this.transport = transport;
    this.retryPolicy = retryPolicy;
    this.timeouts = timeouts;
    this.clock = clock;
  }

  JsonNode fetch(TokenRequest request) {
    if (scheme.equals("https")
        && !request.realm().getScheme().equals("https")
        && !(request.credentials() instanceof Credentials.Anonymous)) {
      throw new ModelcarException(
          OciError.REGISTRY_PROTOCOL,
          "%s names a token server without TLS (%s): no credentials are sent there"
              .formatted(registry, request.realm().getHost()));
    }
    String what = "asking the token server " + SafeUri.authority(request.realm());
    return retryPolicy.repeat(
        RetryListener.none(), what, () -> attempt(request, tokenRequest(request), what));
  }

  private JsonNode attempt(TokenRequest request, HttpRequest http, String what) throws IOException {
    try (HttpResponse response = followed(http)) {
      int status = response.status();
      if (response.mayPass()) {
        throw RegistryErrors.mayPass(response, registry, what, clock.instant());
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
                    registry,
                    request.credentials().described(),
                    Refusal.read(response).reason()));
      }
      return Json.parse(response.bytes(MAX_ANSWER));
    } catch (InvalidJsonException e) {
      throw new TransientException(OciError.REGISTRY_PROTOCOL, what + " gave something but JSON");
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
          .with(RequestBody.of(form.toString()))
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
