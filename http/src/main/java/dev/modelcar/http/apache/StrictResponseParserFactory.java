package dev.modelcar.http.apache;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.client5.http.impl.io.LenientHttpResponseParser;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.HttpMessageParserFactory;
import org.apache.hc.core5.http.io.SessionInputBuffer;

/**
 * Takes the head of a response only with the empty line at its end (RFC 9112, section 8). The
 * library takes the end of a connection for that line, so that half a {@code Location} would be an
 * address, and a challenge that was cut off would be none.
 */
final class StrictResponseParserFactory implements HttpMessageParserFactory<ClassicHttpResponse> {
  private final Http1Config limits;

  StrictResponseParserFactory(Http1Config limits) {
    this.limits = limits;
  }

  @Override
  @SuppressWarnings("deprecation") // the library's contract has no other method to implement
  public HttpMessageParser<ClassicHttpResponse> create(Http1Config config) {
    HttpMessageParser<ClassicHttpResponse> parser = new LenientHttpResponseParser(limits);
    return (buffer, in) -> parse(parser, buffer, in);
  }

  private static ClassicHttpResponse parse(
      HttpMessageParser<ClassicHttpResponse> parser, SessionInputBuffer buffer, InputStream in)
      throws IOException, HttpException {
    return parser.parse(buffer, new HeadStream(in, buffer.length() > 0));
  }

  /** Nothing at all may come, which the library knows; but not the beginning of something. */
  private static final class HeadStream extends FilterInputStream {
    private boolean started;

    HeadStream(InputStream in, boolean started) {
      super(in);
      this.started = started;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      if (count < 0 && started) {
        throw new ConnectionClosedException("closed within the header of a response");
      }
      started |= count > 0;
      return count;
    }
  }
}
