package dev.modelcar.http;

import java.io.IOException;
import java.io.InputStream;

/**
 * The head of an answer and a stream of its body. Closing it gives the connection back if little of
 * the body is left, and drops the connection otherwise; not closing it leaks the connection.
 */
public interface HttpResponse extends AutoCloseable {

  int status();

  HttpHeaders headers();

  /** The body; reads fail with {@link TransportException} if it ends early or falls silent. */
  InputStream body() throws IOException;

  /** Whether the whole request body had been sent when the answer came. */
  boolean requestSent();

  /** At most {@code limit} bytes of the body; what follows is dropped. */
  default byte[] bytes(int limit) throws IOException {
    return body().readNBytes(limit);
  }

  default boolean isSuccess() {
    return status() >= 200 && status() < 300;
  }

  default boolean isRedirect() {
    int status = status();
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  @Override
  void close();
}
