package dev.modelcar.http.settings;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpError;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Which certificate authorities are trusted, for which host: Java's own, the system's, those of
 * {@code --ca-file}, {@code SSL_CERT_FILE}, {@code SSL_CERT_DIR}, {@code REQUESTS_CA_BUNDLE} and
 * {@code CURL_CA_BUNDLE}, and those that a {@code certs.d/HOST:PORT} folder adds for one registry
 * (containers-certs.d(5)). Each adds to the others; none replaces them.
 *
 * @param files bundles of certificates in PEM, all of which must be readable
 * @param folders folders whose {@code *.crt} and {@code *.pem} files are read
 * @param hostFolders folders with one sub folder for each registry; the first that has it is taken
 * @param unverified hosts, as {@code host} or {@code host:port}, whose certificates are not
 *     checked; {@code *} means all
 */
public record TrustSettings(
    List<Path> files, List<Path> folders, List<Path> hostFolders, Set<String> unverified) {

  private static final List<Path> SYSTEM_BUNDLES =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  /** What Java and the system trust. */
  public static TrustSettings standard() {
    return new TrustSettings(List.of(), List.of(), List.of(), Set.of());
  }

  /** What the environment adds, and the folders in which registries' authorities usually lie. */
  public static TrustSettings of(Map<String, String> environment) {
    List<Path> files = new ArrayList<>();
    List<Path> folders = new ArrayList<>();
    for (String name : List.of("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")) {
      String value = environment.getOrDefault(name, "");
      if (!value.isBlank()) {
        Path path = Path.of(value.strip());
        (Files.isDirectory(path) ? folders : files).add(path);
      }
    }
    List<Path> listed = paths(environment.getOrDefault("SSL_CERT_DIR", ""));
    if (listed.stream().anyMatch(Files::isDirectory)) {
      listed.stream().filter(Files::isDirectory).forEach(folders::add);
    } else {
      files.addAll(listed); // said when it is used, as any other file that is not there
    }
    List<Path> hostFolders = new ArrayList<>();
    String home = environment.getOrDefault("HOME", "");
    String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
    if (!config.isBlank()) {
      hostFolders.add(Path.of(config, "containers", "certs.d"));
    } else if (!home.isBlank()) {
      hostFolders.add(Path.of(home, ".config", "containers", "certs.d"));
    }
    hostFolders.add(Path.of("/etc/containers/certs.d"));
    hostFolders.add(Path.of("/etc/docker/certs.d"));
    return new TrustSettings(
        List.copyOf(files), List.copyOf(folders), List.copyOf(hostFolders), Set.of());
  }

  /** A list as OpenSSL has it, of which some may be missing: one value serves many systems. */
  private static List<Path> paths(String list) {
    return Arrays.stream(list.split(":", -1))
        .map(String::strip)
        .filter(path -> !path.isEmpty())
        .map(Path::of)
        .toList();
  }

  /** The same with one more bundle. */
  public TrustSettings withFile(Path file) {
    List<Path> more = new ArrayList<>(files);
    more.add(file);
    return new TrustSettings(List.copyOf(more), folders, hostFolders, unverified);
  }

  /** The same, but believing these hosts without a look at their certificates. */
  public TrustSettings withUnverified(Set<String> hosts) {
    return new TrustSettings(files, folders, hostFolders, Set.copyOf(hosts));
  }

  /** Whether the certificate of a server is not looked at. */
  public boolean isUnverified(String host, int port) {
    return unverified.contains(host)
        || unverified.contains(host + ":" + port)
        || unverified.contains("*");
  }

  /** The context in which connections to a host are made. */
  public SSLContext contextFor(String host, int port) {
    try {
      KeyStore trusted = defaults();
      for (Path bundle : SYSTEM_BUNDLES) {
        if (Files.isReadable(bundle)) {
          addQuietly(trusted, bundle);
          break;
        }
      }
      for (Path file : files) {
        add(trusted, file);
      }
      for (Path folder : folders) {
        for (Path file : list(folder)) {
          addQuietly(trusted, file);
        }
      }
      KeyManager[] keys = new KeyManager[0];
      Optional<Path> hostFolder = hostFolder(host, port);
      if (hostFolder.isPresent()) {
        for (Path file : list(hostFolder.get())) {
          if (file.toString().endsWith(".crt")) {
            add(trusted, file);
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
          "the certificates for " + host + " cannot be loaded: " + file(e) + reason(e),
          e);
    }
  }

  private TrustManager[] trustManagers(KeyStore trusted, String host, int port)
      throws GeneralSecurityException {
    if (isUnverified(host, port)) {
      return new TrustManager[] {new Everyone()};
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  private static KeyStore defaults() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        put(trusted, List.of(x509.getAcceptedIssuers()), "java");
      }
    }
    return trusted;
  }

  private static void put(KeyStore trusted, List<X509Certificate> certificates, String prefix)
      throws GeneralSecurityException {
    int number = 0;
    for (X509Certificate certificate : certificates) {
      trusted.setCertificateEntry(prefix + "#" + number++, certificate);
    }
  }

  private static void add(KeyStore trusted, Path file) throws GeneralSecurityException {
    try {
      List<X509Certificate> certificates = Pem.certificates(Files.readString(file));
      if (certificates.isEmpty()) {
        throw new IOException("it contains no PEM certificate");
      }
      put(trusted, certificates, file.toString());
    } catch (IOException | GeneralSecurityException e) {
      throw new ModelcarException(
          HttpError.TLS_UNTRUSTED,
          "the certificate file " + file + " cannot be used: " + reason(e),
          "Name a readable file with PEM certificates.",
          e);
    }
  }

  private static String file(Exception e) {
    return e instanceof FileSystemException problem ? problem.getFile() + ": " : "";
  }

  private static String reason(Exception e) {
    return e instanceof java.nio.file.NoSuchFileException
        ? "it does not exist"
        : e instanceof java.nio.file.AccessDeniedException
            ? "it may not be read"
            : String.valueOf(e.getMessage());
  }

  /** A system's bundle may hold oddities; what cannot be read is left out. */
  private static void addQuietly(KeyStore trusted, Path file) {
    try {
      put(trusted, Pem.certificates(Files.readString(file)), file.toString());
    } catch (IOException | GeneralSecurityException e) {
      // The connection will say if the one certificate that matters was in it.
    }
  }

  private Optional<Path> hostFolder(String host, int port) {
    for (Path parent : hostFolders) {
      for (String name : List.of(host + ":" + port, host)) {
        Path folder = parent.resolve(name);
        if (Files.isDirectory(folder)) {
          return Optional.of(folder);
        }
      }
    }
    return Optional.empty();
  }

  private static List<Path> list(Path folder) throws IOException {
    TreeSet<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(files::add);
    }
    return files.stream().filter(Files::isRegularFile).toList();
  }

  private static KeyManager[] clientKeys(Path folder) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (Path file : list(folder)) {
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
