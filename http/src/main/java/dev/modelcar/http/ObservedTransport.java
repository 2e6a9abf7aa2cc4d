package dev.modelcar.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * A transport whose requests can be watched, and whose failures come with advice that fits whoever
 * set it up.
 *
 * @param transport does the work
 * @param observer is told about each request once it has a response, or none
 * @param advice what to do about a failure, where there is more to say than the usual
 */
public record ObservedTransport(
    HttpTransport transport,
    Observer observer,
    Function<TransportException.Kind, Optional<String>> advice)
    implements HttpTransport {

  /** Is told about requests; called in the thread of each. */
  @FunctionalInterface
  public interface Observer {
    /**
     * A request is over, or the head of its response is here.
     *
     * @param status of the response; empty without one
     * @param time until the head of the response, or until there was none
     */
    void exchanged(HttpRequest request, OptionalInt status, Duration time);
  }

  @Override
  public HttpResponse send(HttpRequest request) throws IOException {
    long began = System.nanoTime();
    OptionalInt status = OptionalInt.empty();
    try {
      HttpResponse response = transport.send(request);
      status = OptionalInt.of(response.status());
      return response;
    } catch (TransportException e) {
      throw e.isAdvised() ? e : advice.apply(e.kind()).map(e::advising).orElse(e);
    } finally {
      observer.exchanged(request, status, Duration.ofNanos(System.nanoTime() - began));
    }
  }

  @Override
  public HttpTransport scope() {
    return new ObservedTransport(transport.scope(), observer, advice);
  }

  @Override
  public void close() {
    transport.close();
  }
}
