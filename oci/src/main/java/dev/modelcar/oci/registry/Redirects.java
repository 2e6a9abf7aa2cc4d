package dev.modelcar.oci.registry;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpHeaders;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.SafeUri;
import dev.modelcar.http.Uris;
import java.net.URI;
import java.util.List;

/** Answers that lead elsewhere; they are followed by hand, so that credentials stay. */
final class Redirects {
  /** More are a circle. */
  static final int MOST = 10;

  private Redirects() {}

  static ModelcarException inACircle(URI uri) {
    return new ModelcarException(
        ErrorCode.REDIRECT_REFUSED,
        "%s redirects in a circle (%d hops)".formatted(SafeUri.of(uri), MOST));
  }

  /**
   * Where an answer sends to.
   *
   * @param registry for messages
   * @throws ModelcarException if that is no address, or leaves TLS
   */
  static URI target(String registry, HttpRequest request, HttpResponse response) {
    URI to =
        Uris.resolve(request.uri(), response.headers().first("Location").orElse(""))
            .orElseThrow(() ->
                new ModelcarException(
                    ErrorCode.REGISTRY_PROTOCOL,
                    SafeUri.of(request.uri()) + " redirects to something that is no address"));
    if (request.uri().getScheme().equals("https") && !to.getScheme().equals("https")) {
      throw new ModelcarException(
          ErrorCode.REDIRECT_REFUSED,
          "%s redirects from TLS to plain HTTP at %s".formatted(registry, SafeUri.authority(to)));
    }
    return to;
  }

  /** The same request, for another origin: credentials do not go there. */
  static HttpRequest withoutAuthorization(HttpRequest request) {
    List<HttpHeaders.Field> fields =
        request.headers().fields().stream()
            .filter(field -> !field.name().equalsIgnoreCase("Authorization"))
            .toList();
    return new HttpRequest(
        request.method(),
        request.uri(),
        new HttpHeaders(fields),
        request.body(),
        request.timeouts());
  }
}
