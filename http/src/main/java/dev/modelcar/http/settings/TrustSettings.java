package dev.modelcar.http.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

  /** The folder of certificates for one registry, if there is one. */
  Optional<Path> hostFolder(String host, int port) {
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
}
