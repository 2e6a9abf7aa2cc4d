package dev.modelcar.source.hub;

import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.Redirects;
import dev.modelcar.http.Uris;
import dev.modelcar.source.SourceError;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Requests to the Hub and wherever it redirects to. The token goes to the endpoint and, over TLS,
 * to the Hub's own hosts, never to another host.
 */
record HubHttp(HubSettings settings) {
  private static final Set<String> HUB_HOSTS =
      Set.of("huggingface.co", "hf.co", "hub-ci.huggingface.co");

  URI uri(String pathAndQuery) {
    return URI.create(settings.endpoint() + pathAndQuery);
  }

  boolean hasToken() {
    return settings.token().get().isPresent();
  }

  /** Sends a request and follows its redirects. */
  Redirects.Arrival send(HttpTransport transport, HttpRequest request) throws IOException {
    return new Redirects(this::mayHaveToken, SourceError.HUB_PROTOCOL)
        .follow(transport, prepare(request));
  }

  /** Sends a request to the Hub without following redirects. */
  HttpResponse sendWithoutRedirects(HttpTransport transport, HttpRequest request)
      throws IOException {
    return transport.send(prepare(request));
  }

  private HttpRequest prepare(HttpRequest request) {
    HttpRequest prepared = request.with("Accept-Encoding", "identity").with(settings.timeouts());
    Optional<String> token = settings.token().get();
    if (token.isPresent() && mayHaveToken(request.uri())) {
      prepared = prepared.with("Authorization", "Bearer " + token.get());
    }
    return prepared;
  }

  private boolean mayHaveToken(URI uri) {
    return Uris.sameOrigin(uri, settings.endpoint())
        || (uri.getScheme().equals("https") && HUB_HOSTS.contains(uri.getHost()));
  }
}
