package dev.modelcar.http;

import java.io.IOException;

/**
 * Sends requests. Safe for use by several threads; an exchange runs in the thread that asks for it.
 *
 * <p>Redirects are not followed, failures not repeated, bodies not decoded, cookies not kept.
 */
public interface HttpTransport extends AutoCloseable {

  /**
   * Sends one request and returns when the head of the response is here, which may be before the
   * whole request body was sent.
   *
   * @throws TransportException if there is no response
   * @throws IOException whatever the request's own body throws, as it is
   */
  HttpResponse send(HttpRequest request) throws IOException;

  /**
   * The same transport with a life of its own: closing the scope ends its exchanges, and those of
   * scopes made from it, wherever they are, and later ones fail at once. The connections stay with
   * the transport.
   */
  HttpTransport scope();

  /** Ends all exchanges and closes the connections. */
  @Override
  void close();
}
