package dev.modelcar.modelregistry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.ErrorDocument;
import dev.modelcar.http.HttpError;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.RequestBody;
import dev.modelcar.http.SafeUri;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Requests of the API, each repeated while the server or its database is away. */
record ApiClient(ModelRegistrySettings settings, HttpTransport transport) {
  private static final int MOST = 64 << 20;

  /**
   * A response that means something to the caller: a success, or 400, 404 and 409 of the server's
   * own.
   */
  record Reply(int status, JsonNode json) {
    boolean isSuccess() {
      return status < 300;
    }

    String message() {
      return Json.text(json, "message").orElse("");
    }
  }

  String host() {
    return SafeUri.authority(settings.api());
  }

  Reply get(String path) {
    return send("GET", path, Optional.empty());
  }

  Reply send(String method, String path, Optional<ObjectNode> body) {
    URI uri = URI.create(settings.api() + "/" + path);
    try {
      return settings
          .retryPolicy()
          .repeat(
              settings.retryListener(),
              "requesting the Model Registry",
              () -> attempt(method, uri, body));
    } catch (ModelcarException e) {
      throw advice(e.code()).map(e::advising).orElse(e);
    }
  }

  /** What helps where a Model Registry, and not a registry of images, is out of reach. */
  private Optional<String> advice(ErrorCode code) {
    boolean service = host().matches(".*\\.svc(\\..*)?(:\\d+)?");
    if (code == HttpError.TLS_PLAIN_HTTP) {
      return Optional.of(
          "The server speaks plain HTTP; if that is intended, its URL must begin with http://.");
    }
    if (service && code == HttpError.NETWORK_UNREACHABLE) {
      return Optional.of(
          "On OpenShift AI a NetworkPolicy keeps other namespaces from the Service: use the URL of the"
              + " Model Registry's Route or gateway.");
    }
    return service && code == HttpError.NETWORK_UNKNOWN_HOST
        ? Optional.of(
            "Names of Services exist inside their cluster alone: use a Route, a gateway, or `kubectl port-forward`.")
        : Optional.empty();
  }

  private Reply attempt(String method, URI uri, Optional<ObjectNode> body) throws IOException {
    HttpRequest request =
        HttpRequest.of(method, uri)
            .with(settings.timeouts())
            .with("Accept", "application/json")
            .with("Accept-Encoding", "identity");
    Optional<String> token = settings.token().get();
    if (token.isPresent()) {
      request = request.with("Authorization", "Bearer " + token.get());
    }
    if (body.isPresent()) {
      request =
          request
              .with("Content-Type", "application/json")
              .with(RequestBody.of(Json.bytes(body.get())));
    }
    try (HttpResponse response = transport.send(request)) {
      int status = response.status();
      if (response.isSuccess()) {
        return new Reply(status, document(uri, response));
      }
      ErrorDocument document = ErrorDocument.read(response);
      if ((status == 400 || status == 404 || status == 409)
          && ApiErrors.message(document).isPresent()) {
        return new Reply(status, document.json().orElseThrow());
      }
      throw ApiErrors.of(uri, response, document, token.isPresent());
    }
  }

  private static JsonNode document(URI uri, HttpResponse response) throws IOException {
    byte[] bytes = response.bytes(MOST + 1);
    if (bytes.length > MOST) {
      throw ApiErrors.protocol(SafeUri.authority(uri), "more than 64 MiB");
    }
    try {
      JsonNode json = Json.parse(bytes);
      if (json.isObject()) {
        return json;
      }
    } catch (InvalidJsonException e) {
      // Whatever it is, it is not from the server.
    }
    String text = new String(bytes, 0, Math.min(bytes.length, 4096), StandardCharsets.UTF_8);
    throw ApiErrors.unexpected(uri, ErrorDocument.of(response, text));
  }
}
