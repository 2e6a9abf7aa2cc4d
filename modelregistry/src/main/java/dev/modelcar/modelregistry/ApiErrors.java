package dev.modelcar.modelregistry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.FailedRequest;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.ErrorDocument;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.RetryAfter;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.TransientException;
import dev.modelcar.http.Uris;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Turns responses into errors: those of the server itself, which are JSON with {@code code} and
 * {@code message}, and those of proxies in front of it, which are text or pages.
 */
final class ApiErrors {
  /** What a 500 of the server says if it will say it again. */
  private static final Pattern PERMANENT = Pattern.compile("(?i)too long|out of range");

  private ApiErrors() {}

  /** The message of the server's own error document; empty if somebody else wrote it. */
  static Optional<String> message(ErrorDocument document) {
    return document
        .json()
        .filter(json -> Json.text(json, "code").isPresent())
        .flatMap(json -> Json.text(json, "message"));
  }

  /** The failure of a request that the client has no use for. */
  static IOException of(URI uri, HttpResponse response, ErrorDocument document, boolean token) {
    int status = response.status();
    String host = SafeUri.authority(uri);
    FailedRequest request =
        new FailedRequest(host, Optional.empty(), Optional.empty(), OptionalInt.of(status));
    Optional<String> message = message(document);
    String said = quote(message.orElseGet(() -> text(document)));
    if (response.isTransientFailure() && !PERMANENT.matcher(said).find()) {
      return new TransientException(
              ModelRegistryError.MODEL_REGISTRY_UNAVAILABLE,
              "the Model Registry %s returned %d: %s".formatted(host, status, said),
              RetryAfter.of(response.headers(), Instant.now()))
          .about(request);
    }
    throw permanent(uri, response, message.isPresent(), said, token).about(request);
  }

  private static ModelcarException permanent(
      URI uri, HttpResponse response, boolean own, String said, boolean token) {
    int status = response.status();
    String host = SafeUri.authority(uri);
    if (response.isRedirect()) {
      return redirect(uri, response);
    }
    return switch (status) {
      case 401 ->
          error(
              ModelRegistryError.MODEL_REGISTRY_UNAUTHORIZED,
              "the Model Registry %s %s (401): %s"
                  .formatted(host, token ? "rejected the token" : "requires a token", said));
      case 403 ->
          error(
              ModelRegistryError.MODEL_REGISTRY_DENIED,
              "access to the Model Registry %s is denied%s (403): %s"
                  .formatted(host, token ? "" : ", and no token was sent", said));
      case 404, 405 ->
          error(
              ModelRegistryError.MODEL_REGISTRY_NOT_FOUND,
              "no Model Registry at %s: it returned %d: %s"
                  .formatted(SafeUri.of(uri), status, said));
      default ->
          error(
              own && status < 500
                  ? ModelRegistryError.MODEL_REGISTRY_REFUSED
                  : status >= 500
                      ? ModelRegistryError.MODEL_REGISTRY_UNAVAILABLE
                      : ModelRegistryError.MODEL_REGISTRY_PROTOCOL,
              "the Model Registry %s returned %d: %s".formatted(host, status, said));
    };
  }

  /** A proxy sends who has not logged in to a page; others send plain HTTP to TLS. */
  private static ModelcarException redirect(URI uri, HttpResponse response) {
    String host = SafeUri.authority(uri);
    Optional<URI> to =
        response.headers().first("Location").flatMap(location -> Uris.resolve(uri, location));
    boolean same = to.isPresent() && uri.getHost().equalsIgnoreCase(to.get().getHost());
    if (same && !to.get().getRawPath().contains("oauth")) {
      return new ModelcarException(
          ModelRegistryError.MODEL_REGISTRY_PROTOCOL,
          "the Model Registry %s redirects to %s".formatted(host, SafeUri.of(to.get())),
          "Name that address in --model-registry; changes are not sent along redirects.",
          null);
    }
    return error(
        ModelRegistryError.MODEL_REGISTRY_UNAUTHORIZED,
        "the Model Registry %s redirects to a login page at %s"
            .formatted(host, to.map(SafeUri::authority).orElse("an invalid address")));
  }

  /** A success that is no document of the server's. */
  static ModelcarException unexpected(URI uri, ErrorDocument document) {
    String host = SafeUri.authority(uri);
    return document.html()
        ? error(
            ModelRegistryError.MODEL_REGISTRY_UNAUTHORIZED,
            "the Model Registry %s returned an HTML page in place of JSON, probably a login or a dashboard: %s"
                .formatted(host, quote(document.title())))
        : error(
            ModelRegistryError.MODEL_REGISTRY_PROTOCOL,
            "the Model Registry %s did not return JSON: %s"
                .formatted(host, quote(document.text())));
  }

  static ModelcarException protocol(String host, String what) {
    return error(
        ModelRegistryError.MODEL_REGISTRY_PROTOCOL,
        "unexpected response of the Model Registry %s: %s".formatted(host, what));
  }

  private static ModelcarException error(ErrorCode code, String message) {
    return new ModelcarException(code, message);
  }

  private static String text(ErrorDocument document) {
    if (document.html()) {
      String title = document.title();
      return title.isBlank() ? "an HTML page" : title;
    }
    // What Kubernetes and gateways write.
    return document.json().flatMap(ApiErrors::foreignMessage).orElse(document.text().strip());
  }

  private static Optional<String> foreignMessage(JsonNode json) {
    return Json.text(json, "message").or(() -> Json.text(json, "error"));
  }

  private static String quote(String text) {
    String line = ErrorDocument.oneLine(text);
    return line.isEmpty() ? "no reason given" : "\"" + line + "\"";
  }
}
