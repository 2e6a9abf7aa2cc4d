package dev.modelcar.testkit.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key and a certificate for 127.0.0.1 and localhost, signed by itself, so that the certificate is
 * its own authority. Made anew each time by the {@code keytool} of the running Java.
 */
public final class TestTls {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final String ALIAS = "server";

  private final KeyStore store;
  private final X509Certificate certificate;
  private final PrivateKey privateKey;
  private final Path certificateFile;
  private final Path keyFile;

  private TestTls(Path folder, KeyStore store) throws IOException, GeneralSecurityException {
    this.store = store;
    this.certificate = (X509Certificate) store.getCertificate(ALIAS);
    this.privateKey = (PrivateKey) store.getKey(ALIAS, PASSWORD);
    this.certificateFile = folder.resolve("server.crt");
    this.keyFile = folder.resolve("server.key");
    Files.writeString(certificateFile, pem("CERTIFICATE", certificate.getEncoded()));
    Files.writeString(keyFile, pem("PRIVATE KEY", privateKey.getEncoded()));
  }

  /**
   * Makes key and certificate in a folder, which must exist.
   *
   * @param moreNames further DNS names to be good for
   * @throws IOException if keytool cannot be run or fails, or the folder cannot be written
   */
  public static TestTls create(Path folder, String... moreNames) throws IOException {
    StringBuilder names = new StringBuilder("SAN=ip:127.0.0.1,dns:localhost");
    List.of(moreNames).forEach(name -> names.append(",dns:").append(name));
    Path storeFile = folder.resolve("server.p12");
    runKeytool(folder, storeFile, names.toString());
    return open(folder);
  }

  /**
   * What another process made in a folder.
   *
   * @throws IOException if it is not there
   */
  public static TestTls open(Path folder) throws IOException {
    Path storeFile = folder.resolve("server.p12");
    try (InputStream in = Files.newInputStream(storeFile)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD);
      return new TestTls(folder, store);
    } catch (GeneralSecurityException e) {
      throw new IOException("keytool made a store that cannot be read", e);
    }
  }

  private static void runKeytool(Path folder, Path storeFile, String names) throws IOException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Path output = folder.resolve("keytool.log");
    Process process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-sigalg",
                "SHA256withECDSA",
                "-dname",
                "CN=modelcar test authority",
                "-validity",
                "3650",
                "-startdate",
                "-1d",
                "-ext",
                names,
                "-ext",
                "BC=ca:true",
                "-ext",
                "KU=digitalSignature,keyCertSign",
                "-storetype",
                "PKCS12",
                "-keystore",
                storeFile.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException("keytool failed: " + Files.readString(output));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool ran", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String pem(String label, byte[] der) {
    byte[] lineEnd = "\n".getBytes(StandardCharsets.US_ASCII);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, Base64.getMimeEncoder(64, lineEnd).encodeToString(der));
  }

  /** What a server speaks TLS with. */
  public SSLContext serverContext() {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a fresh key that cannot be used", e);
    }
  }

  /** What a Java client trusts the server with. */
  public SSLContext clientContext() {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(ALIAS, certificate);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a fresh certificate that cannot be used", e);
    }
  }

  /** The authority's certificate in PEM: what clients trust. */
  public Path caFile() {
    return certificateFile;
  }

  /** The server's certificate in PEM; the same as the authority's. */
  public Path serverCert() {
    return certificateFile;
  }

  /** The server's private key in PEM (PKCS #8). */
  public Path serverKey() {
    return keyFile;
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** The key that belongs to the certificate, on the curve P-256. */
  public PrivateKey privateKey() {
    return privateKey;
  }
}
