package dev.modelcar.source.hub;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpHeaders;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.Uris;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Requests to the Hub and wherever it redirects to, hop by hop. The token goes to the endpoint and,
 * over TLS, to the Hub's own hosts, never to another host; no hop leads from TLS to plain HTTP.
 */
final class HubHttp {
  private static final int MAX_HOPS = 20;
  private static final Set<String> HUB_HOSTS =
      Set.of("huggingface.co", "hf.co", "hub-ci.huggingface.co");

  private final HubSettings settings;

  HubHttp(HubSettings settings) {
    this.settings = settings;
  }

  /**
   * An answer that is no redirect, and where it came from.
   *
   * @param first the headers of the first answer, which carry what the Hub says of a file
   */
  record Arrival(HttpResponse response, URI uri, HttpHeaders first) {}

  URI uri(String pathAndQuery) {
    return URI.create(settings.endpoint() + pathAndQuery);
  }

  boolean hasToken() {
    return settings.token().get().isPresent();
  }

  /** Sends a request and follows its redirects. */
  Arrival send(HttpTransport transport, HttpRequest request) throws IOException {
    URI uri = request.uri();
    Optional<HttpHeaders> first = Optional.empty();
    for (int hop = 0; hop <= MAX_HOPS; hop++) {
      HttpResponse response = transport.send(prepare(request.to(uri)));
      HttpHeaders headers = first.orElse(response.headers());
      if (!response.isRedirect()) {
        return new Arrival(response, uri, headers);
      }
      first = Optional.of(headers);
      try (response) {
        uri = next(uri, response);
      }
    }
    throw new ModelcarException(
        ErrorCode.REDIRECT_REFUSED,
        "%s redirects in a circle (%d hops)".formatted(SafeUri.of(request.uri()), MAX_HOPS));
  }

  /** Sends a request to the Hub and returns its own answer, be it a redirect. */
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

  private static URI next(URI from, HttpResponse response) {
    String location = response.headers().first("Location").orElse("");
    URI to =
        Uris.resolve(from, location)
            .orElseThrow(() ->
                new ModelcarException(
                    ErrorCode.HUB_PROTOCOL,
                    SafeUri.of(from) + " redirects to something that is no address"));
    if (from.getScheme().equals("https") && !to.getScheme().equals("https")) {
      throw new ModelcarException(
          ErrorCode.REDIRECT_REFUSED,
          SafeUri.authority(from)
              + " redirects from TLS to plain HTTP at "
              + SafeUri.authority(to));
    }
    return to;
  }
}
