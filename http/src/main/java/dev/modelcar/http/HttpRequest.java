package dev.modelcar.http;

import java.net.URI;
import java.util.Optional;

/**
 * One request.
 *
 * @param method such as {@code GET}
 * @param uri absolute, sent as it is spelled
 * @param headers sent as they are; {@code Host} and the length are added
 * @param body what it carries, if anything
 * @param timeouts for silent connections
 */
public record HttpRequest(
    String method, URI uri, HttpHeaders headers, Optional<RequestBody> body, Timeouts timeouts) {

  public static HttpRequest of(String method, URI uri) {
    return new HttpRequest(method, uri, HttpHeaders.none(), Optional.empty(), Timeouts.STANDARD);
  }

  public static HttpRequest get(URI uri) {
    return of("GET", uri);
  }

  public static HttpRequest head(URI uri) {
    return of("HEAD", uri);
  }

  public HttpRequest with(String name, String value) {
    return new HttpRequest(method, uri, headers.with(name, value), body, timeouts);
  }

  public HttpRequest with(RequestBody newBody) {
    return new HttpRequest(method, uri, headers, Optional.of(newBody), timeouts);
  }

  public HttpRequest with(Timeouts newTimeouts) {
    return new HttpRequest(method, uri, headers, body, newTimeouts);
  }

  public HttpRequest without(String name) {
    return new HttpRequest(method, uri, headers.without(name), body, timeouts);
  }

  /** Whether it changes nothing, so that it may be repeated and redirected. */
  public boolean isRead() {
    return method.equals("GET") || method.equals("HEAD");
  }

  public HttpRequest to(URI newUri) {
    return new HttpRequest(method, newUri, headers, body, timeouts);
  }
}
