package dev.modelcar.testkit.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;

/** Asks a hub, and follows no redirect. */
final class HubClient implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final FakeHub hub;
  private Optional<String> token = Optional.empty();

  HubClient(FakeHub hub) {
    this.hub = hub;
  }

  HubClient as(String newToken) {
    token = Optional.of(newToken);
    return this;
  }

  HubClient anonymous() {
    token = Optional.empty();
    return this;
  }

  HttpResponse<byte[]> send(String method, String target, String... headers)
      throws IOException, InterruptedException {
    URI uri = target.startsWith("http") ? URI.create(target) : hub.endpoint().resolve(target);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (uri.getPort() == hub.hubServer().port()) {
      token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> get(String target, String... headers)
      throws IOException, InterruptedException {
    return send("GET", target, headers);
  }

  JsonNode json(String target) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(get(target).body());
  }

  @Override
  public void close() {
    http.close();
  }
}
