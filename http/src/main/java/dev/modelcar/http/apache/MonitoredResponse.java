package dev.modelcar.http.apache;

import dev.modelcar.http.HttpHeaders;
import dev.modelcar.http.HttpRequest;
import dev.modelcar.http.HttpResponse;
import dev.modelcar.http.Secrets;
import dev.modelcar.http.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/** A response whose body tells the exchange of every byte that comes. */
final class MonitoredResponse implements HttpResponse {
  /** A rest of a body that is read to keep the connection; a longer one costs the connection. */
  private static final int WORTH_READING = 64 << 10;

  private final ClassicHttpResponse response;
  private final HttpRequest request;
  private final Exchange exchange;
  private final Runnable atEnd;
  private final HttpHeaders headers;
  private @Nullable InputStream body;
  private long received;
  private boolean atEndOfBody;

  MonitoredResponse(
      ClassicHttpResponse response, HttpRequest request, Exchange exchange, Runnable atEnd) {
    this.request = request;
    this.response = response;
    this.exchange = exchange;
    this.atEnd = atEnd;
    List<HttpHeaders.Field> fields = new ArrayList<>();
    for (Header header : response.getHeaders()) {
      fields.add(
          new HttpHeaders.Field(
              header.getName(), header.getValue() == null ? "" : header.getValue()));
    }
    this.headers = new HttpHeaders(fields);
  }

  @Override
  public int status() {
    return response.getCode();
  }

  @Override
  public HttpHeaders headers() {
    return headers;
  }

  @Override
  public Secrets secrets() {
    return Secrets.of(request);
  }

  @Override
  public boolean requestSent() {
    return exchange.isRequestSent();
  }

  @Override
  public InputStream body() throws IOException {
    InputStream opened = body;
    if (opened == null) {
      HttpEntity entity = response.getEntity();
      InputStream content = entity == null ? null : entity.getContent();
      atEndOfBody = content == null;
      opened = content == null ? InputStream.nullInputStream() : new Monitored(content);
      body = opened;
    }
    return opened;
  }

  @Override
  public void close() {
    try {
      if (exchange.isRequestSent() && isRestWorthReading()) {
        var _ = body().skip(WORTH_READING);
      }
    } catch (IOException e) {
      // The connection is dropped below, which is all that is left to do.
    }
    if (!atEndOfBody) {
      // The library would read the rest, be it hundreds of gigabytes, before it lets go.
      exchange.end(TransportException.Kind.CANCELLED, "closed");
    }
    try {
      response.close();
    } catch (IOException e) {
      // Nothing can be lost any more.
    }
    atEnd.run();
  }

  private boolean isRestWorthReading() {
    // To find the end behind the last byte is worth it, too: then the connection is used again.
    return headers.number("Content-Length").orElse(received) - received <= WORTH_READING;
  }

  private final class Monitored extends InputStream {
    private final InputStream in;

    Monitored(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      int count = read(one, 0, 1);
      return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      exchange.enter(Exchange.Phase.RECEIVING);
      try {
        int count = in.read(buffer, offset, length);
        if (count > 0) {
          exchange.moved(count);
          received += count;
        }
        atEndOfBody |= count < 0;
        return count;
      } catch (IOException e) {
        throw Failures.ofBody(e, exchange);
      } finally {
        exchange.enter(Exchange.Phase.LOCAL);
      }
    }

    @Override
    public int available() throws IOException {
      return in.available();
    }

    @Override
    public void close() {
      // The response is closed, not its body.
    }
  }
}
