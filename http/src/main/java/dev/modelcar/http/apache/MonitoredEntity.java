package dev.modelcar.http.apache;

import dev.modelcar.http.RequestBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** A request body for the HTTP library that tells the exchange of every byte it gets rid of. */
final class MonitoredEntity extends AbstractHttpEntity {
  private final RequestBody body;
  private final Exchange exchange;

  @SuppressWarnings("NullAway") // the library's contract: null means that the request names it
  MonitoredEntity(RequestBody body, Exchange exchange) {
    super((String) null, null, body.length().isEmpty());
    this.body = body;
    this.exchange = exchange;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    Monitored monitored = new Monitored(out);
    exchange.enter(Exchange.Phase.LOCAL);
    try {
      body.writeTo(monitored);
    } catch (IOException e) {
      // A failure of the connection goes up as it is; one of the body itself must be told from it.
      throw monitored.failed ? e : new BodyFailedException(e);
    }
    exchange.enter(Exchange.Phase.SENDING);
  }

  /** The body may do slow things between two writes: only the writes themselves are watched. */
  private final class Monitored extends OutputStream {
    private final OutputStream out;
    private boolean failed;

    Monitored(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      exchange.enter(Exchange.Phase.SENDING);
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        failed = true;
        throw e;
      }
      exchange.moved(length);
      exchange.enter(Exchange.Phase.LOCAL);
    }

    @Override
    public void flush() throws IOException {
      exchange.enter(Exchange.Phase.SENDING);
      out.flush();
      exchange.enter(Exchange.Phase.LOCAL);
    }
  }

  @Override
  public long getContentLength() {
    return body.length().orElse(-1);
  }

  @Override
  public boolean isStreaming() {
    return false;
  }

  @Override
  public InputStream getContent() {
    throw new IllegalStateException("a request body is written, not read");
  }

  @Override
  public void close() {}
}
