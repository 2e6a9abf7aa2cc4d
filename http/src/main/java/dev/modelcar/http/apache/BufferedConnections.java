package dev.modelcar.http.apache;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.apache.hc.core5.http.io.ResponseOutOfOrderStrategy;
import org.jspecify.annotations.Nullable;

/** Makes the library's connections over {@link BufferedSocket}s. */
final class BufferedConnections extends PoolingHttpClientConnectionManagerBuilder {
  BufferedConnections(Http1Config http1, ResponseOutOfOrderStrategy listening) {
    setConnectionFactory(new Factory(http1, listening));
  }

  @Override
  protected HttpClientConnectionOperator createConnectionOperator(
      SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
    return new DefaultHttpClientConnectionOperator(
        BufferedConnections::socket,
        ports,
        names,
        RegistryBuilder.<TlsSocketStrategy>create().register(URIScheme.HTTPS.id, tls).build());
  }

  private static Socket socket(@Nullable Proxy proxy) {
    return proxy == null ? new BufferedSocket() : new BufferedSocket(proxy);
  }

  private record Factory(Http1Config http1, ResponseOutOfOrderStrategy listening)
      implements HttpConnectionFactory<ManagedHttpClientConnection> {
    @Override
    public ManagedHttpClientConnection createConnection(@Nullable Socket socket)
        throws IOException {
      Connection connection = new Connection(this);
      if (socket != null) {
        connection.bind(socket);
      }
      return connection;
    }
  }

  private static final class Connection extends DefaultManagedHttpClientConnection {
    @SuppressWarnings("NullAway") // the library's contract: null is its default
    Connection(Factory factory) {
      super(
          "connection",
          null,
          null,
          factory.http1(),
          null,
          null,
          factory.listening(),
          null,
          new StrictResponseParserFactory(factory.http1()));
    }

    @Override
    public void bind(SSLSocket encrypted, Socket plain) throws IOException {
      bind(new Holder(encrypted, plain));
    }
  }

  private static final class Holder extends SocketHolder {
    Holder(SSLSocket encrypted, Socket plain) {
      super(encrypted, plain);
    }

    @Override
    protected OutputStream getOutputStream(Socket socket) throws IOException {
      OutputStream encrypted = super.getOutputStream(socket);
      return getBaseSocket() instanceof BufferedSocket buffered
          ? buffered.wholeWrites(encrypted)
          : encrypted;
    }
  }
}
