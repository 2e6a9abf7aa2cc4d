package dev.modelcar.http;

import static java.util.Locale.ROOT;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * The head of a response and a stream of its body. Closing it gives the connection back if little
 * of the body is left, and drops the connection otherwise; not closing it leaks the connection.
 */
public interface HttpResponse extends AutoCloseable {

  int status();

  HttpHeaders headers();

  /** The body; reads fail with {@link TransportException} if it ends early or falls silent. */
  InputStream body() throws IOException;

  /** Whether the whole request body had been sent when the response came. */
  boolean requestSent();

  /** What the request proved its sender with; not to be shown if the server repeats it. */
  default Secrets secrets() {
    return Secrets.none();
  }

  /** At most {@code limit} bytes of a document, decompressed; what follows is dropped. */
  default byte[] bytes(int limit) throws IOException {
    boolean compressed = encoding().matches("(x-)?gzip");
    return (compressed ? new GZIPInputStream(body()) : body()).readNBytes(limit);
  }

  /** How the body is encoded though nobody asked for it; empty if it is not. */
  default String encoding() {
    String encoding = headers().first("Content-Encoding").orElse("").strip().toLowerCase(ROOT);
    return encoding.equals("identity") ? "" : encoding;
  }

  default boolean isSuccess() {
    return status() >= 200 && status() < 300;
  }

  /**
   * Whether the same request may succeed a little later: too many requests, or an unavailable
   * server or backend (520 to 530 from CDNs).
   */
  default boolean isTransientFailure() {
    int status = status();
    return switch (status) {
      case 408, 429, 500, 502, 503, 504 -> true;
      default -> status >= 520 && status <= 530;
    };
  }

  /** Whether this is an HTML page, as proxies send in place of a document. */
  default boolean isHtml() {
    return headers().mediaType().contains("html");
  }

  default boolean isRedirect() {
    int status = status();
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  @Override
  void close();
}
