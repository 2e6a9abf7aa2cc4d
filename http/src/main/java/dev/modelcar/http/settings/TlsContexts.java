package dev.modelcar.http.settings;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpError;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes the TLS contexts of connections by {@link TrustSettings}. What all hosts share, several
 * hundred certificates, is read once, at the first use. Safe for use by several threads.
 */
public final class TlsContexts {
  private final TrustSettings settings;
  private Optional<Authorities> shared = Optional.empty();

  public TlsContexts(TrustSettings settings) {
    this.settings = settings;
  }

  /**
   * The context in which connections to a host are made.
   *
   * @throws ModelcarException if a file that has to be readable is not, or has no certificate
   */
  public SSLContext contextFor(String host, int port) {
    try {
      Authorities trusted = shared().copy();
      KeyManager[] keys = new KeyManager[0];
      Optional<Path> hostFolder = settings.hostFolder(host, port);
      if (hostFolder.isPresent()) {
        for (Path file : Authorities.list(hostFolder.get())) {
          if (file.toString().endsWith(".crt")) {
            trusted.add(file);
          }
        }
        keys = clientKeys(hostFolder.get());
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trustManagers(trusted, host, port), new SecureRandom());
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new ModelcarException(
          HttpError.TLS_UNTRUSTED,
          "the certificates for " + host + " cannot be loaded: " + file(e) + Authorities.reason(e),
          e);
    }
  }

  private synchronized Authorities shared() throws GeneralSecurityException, IOException {
    if (shared.isEmpty()) {
      shared = Optional.of(Authorities.of(settings));
    }
    return shared.get();
  }

  private TrustManager[] trustManagers(Authorities trusted, String host, int port)
      throws GeneralSecurityException, IOException {
    if (settings.isUnverified(host, port)) {
      return new TrustManager[] {new Everyone()};
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted.keyStore());
    return factory.getTrustManagers();
  }

  private static String file(Exception e) {
    return e instanceof FileSystemException problem ? problem.getFile() + ": " : "";
  }

  private static KeyManager[] clientKeys(Path folder) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (Path file : Authorities.list(folder)) {
      if (!file.toString().endsWith(".cert")) {
        continue;
      }
      String name = file.toString();
      Path keyFile = Path.of(name.substring(0, name.length() - ".cert".length()) + ".key");
      PrivateKey key = Pem.privateKey(Files.readString(keyFile));
      X509Certificate[] chain =
          Pem.certificates(Files.readString(file)).toArray(new X509Certificate[0]);
      store.setKeyEntry(name, key, new char[0], chain);
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  /** Believes every certificate; only for hosts that the user named. */
  private static final class Everyone extends javax.net.ssl.X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] c, String type, java.net.Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] c, String type, java.net.Socket socket) {}

    @Override
    public void checkClientTrusted(
        X509Certificate[] c, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public void checkServerTrusted(
        X509Certificate[] c, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
