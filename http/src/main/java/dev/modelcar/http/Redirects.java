package dev.modelcar.http;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Follows the redirects of requests that only read; other responses are returned as they are.
 *
 * <p>Secrets stay where they belong: {@code Authorization} is sent to trusted addresses alone, and
 * once a redirect has led elsewhere, nowhere any more. No redirect leads from TLS to plain HTTP.
 *
 * @param trusted which URLs may receive {@code Authorization}
 * @param invalid the error for a redirect to an invalid URL
 */
public record Redirects(Predicate<URI> trusted, ErrorCode invalid) {
  /** More are a circle. */
  private static final int MOST = 20;

  /**
   * Where redirects have led.
   *
   * @param response is no redirect, or one of a request that is not redirected
   * @param uri where it came from
   * @param first the headers of the first response, be it a redirect
   */
  public record Arrival(HttpResponse response, URI uri, HttpHeaders first) {}

  /**
   * Sends a request and follows where its responses lead. A {@code HEAD} is not sent to addresses
   * that are not trusted: links of stores are signed for {@code GET}, and what one says to {@code
   * HEAD} means nothing.
   *
   * @throws ModelcarException {@link HttpError#REDIRECT_REFUSED}, or the error for an invalid URL
   */
  public Arrival follow(HttpTransport transport, HttpRequest request) throws IOException {
    HttpRequest current = request;
    Optional<HttpHeaders> first = Optional.empty();
    for (int hop = 0; hop <= MOST; hop++) {
      if (!trusted.test(current.uri())) {
        current = current.without("Authorization");
      }
      HttpResponse response = transport.send(current);
      first = first.or(() -> Optional.of(response.headers()));
      Optional<URI> next = next(current, response);
      if (next.isEmpty()) {
        return new Arrival(response, current.uri(), first.get());
      }
      response.close();
      current = current.to(next.get());
    }
    throw new ModelcarException(
        HttpError.REDIRECT_REFUSED,
        "%s redirects more than %d times".formatted(SafeUri.of(request.uri()), MOST));
  }

  private Optional<URI> next(HttpRequest request, HttpResponse response) {
    if (!request.isRead() || !response.isRedirect()) {
      return Optional.empty();
    }
    try {
      URI to = target(request.uri(), response);
      return request.method().equals("HEAD") && !trusted.test(to)
          ? Optional.empty()
          : Optional.of(to);
    } catch (ModelcarException e) {
      response.close();
      throw e;
    }
  }

  private URI target(URI from, HttpResponse response) {
    URI to =
        response
            .headers()
            .first("Location")
            .filter(location -> !location.isBlank())
            .flatMap(location -> Uris.resolve(from, location))
            .orElseThrow(() ->
                new ModelcarException(invalid, SafeUri.of(from) + " redirects to an invalid URL"));
    if (from.getScheme().equals("https") && !to.getScheme().equals("https")) {
      throw new ModelcarException(
          HttpError.REDIRECT_REFUSED,
          "%s redirects from HTTPS to plain HTTP at %s"
              .formatted(SafeUri.authority(from), SafeUri.authority(to)));
    }
    return to;
  }
}
