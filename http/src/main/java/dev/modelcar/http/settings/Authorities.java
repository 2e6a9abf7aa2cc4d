package dev.modelcar.http.settings;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Certificates of authorities, each once. Java's own and the system's bundle are mostly the same
 * ones: to parse a certificate costs far more than to see that it is known.
 */
final class Authorities {
  private static final List<Path> SYSTEM_BUNDLES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  private final Map<ByteBuffer, X509Certificate> byEncoding;

  private Authorities(Map<ByteBuffer, X509Certificate> byEncoding) {
    this.byEncoding = new LinkedHashMap<>(byEncoding);
  }

  /**
   * Those that are trusted for all hosts.
   *
   * @throws ModelcarException if a file that has to be readable is not, or has no certificate
   */
  static Authorities of(TrustSettings settings) throws GeneralSecurityException, IOException {
    Authorities all = new Authorities(Map.of());
    all.addJavas();
    for (Path bundle : SYSTEM_BUNDLES) {
      if (Files.isReadable(bundle)) {
        all.addQuietly(bundle);
        break;
      }
    }
    for (Path file : settings.files()) {
      all.add(file);
    }
    for (Path folder : settings.folders()) {
      for (Path file : list(folder)) {
        all.addQuietly(file);
      }
    }
    return all;
  }

  Authorities copy() {
    return new Authorities(byEncoding);
  }

  KeyStore keyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (X509Certificate certificate : byEncoding.values()) {
      store.setCertificateEntry("authority#" + store.size(), certificate);
    }
    return store;
  }

  private void addJavas() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        for (X509Certificate certificate : x509.getAcceptedIssuers()) {
          byEncoding.put(ByteBuffer.wrap(certificate.getEncoded()), certificate);
        }
      }
    }
  }

  /**
   * Adds a bundle that somebody named.
   *
   * @throws ModelcarException if it cannot be read or has no certificate
   */
  void add(Path file) {
    try {
      if (read(file) == 0) {
        throw new IOException("it contains no PEM certificate");
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new ModelcarException(
          HttpError.TLS_UNTRUSTED,
          "the certificate file " + file + " cannot be used: " + reason(e),
          "Name a readable file with PEM certificates.",
          e);
    }
  }

  /** A system's bundle may hold oddities; what cannot be read is left out. */
  private void addQuietly(Path file) {
    try {
      read(file);
    } catch (IOException | GeneralSecurityException e) {
      // The connection will say if the one certificate that matters was in it.
    }
  }

  private int read(Path file) throws IOException, GeneralSecurityException {
    List<byte[]> encoded = Pem.certificateBytes(Files.readString(file));
    Map<ByteBuffer, X509Certificate> parsed = new LinkedHashMap<>();
    for (byte[] one : encoded) {
      ByteBuffer key = ByteBuffer.wrap(one);
      if (!byEncoding.containsKey(key)) {
        parsed.put(key, Pem.certificate(one));
      }
    }
    byEncoding.putAll(parsed);
    return encoded.size();
  }

  static String reason(Exception e) {
    return e instanceof java.nio.file.NoSuchFileException
        ? "it does not exist"
        : e instanceof java.nio.file.AccessDeniedException
            ? "it may not be read"
            : String.valueOf(e.getMessage());
  }

  /** The files of a folder, in the order of their names. */
  static List<Path> list(Path folder) throws IOException {
    TreeSet<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(files::add);
    }
    return files.stream().filter(Files::isRegularFile).toList();
  }
}
