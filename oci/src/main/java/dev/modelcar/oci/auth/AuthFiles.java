package dev.modelcar.oci.auth;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.OciError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The auth files of podman and docker, in podman's order: an explicit file or {@code
 * REGISTRY_AUTH_FILE} stands alone; else {@code $XDG_RUNTIME_DIR/containers/auth.json} (without
 * that variable {@code /run/containers/UID/auth.json}), {@code ~/.config/containers/auth.json},
 * docker's {@code config.json}, {@code ~/.dockercfg}, and the place where Tekton puts credentials.
 * The first file that knows the repository wins.
 */
public final class AuthFiles implements CredentialSource {
  private static final Duration HELPER_LIMIT = Duration.ofSeconds(30);
  private static final int MAX_FILE = 8 << 20;

  private final List<Path> files;
  private final boolean explicit;
  private final CredentialHelper helpers;

  private AuthFiles(List<Path> files, boolean explicit, CredentialHelper helpers) {
    this.files = files;
    this.explicit = explicit;
    this.helpers = helpers;
  }

  /**
   * The files that an environment leads to.
   *
   * @param explicitFile what the user named on the command line
   */
  public static AuthFiles of(Map<String, String> environment, Optional<Path> explicitFile) {
    CredentialHelper helpers = new CredentialHelper(environment, HELPER_LIMIT);
    Optional<Path> only =
        explicitFile.or(() -> variable(environment, "REGISTRY_AUTH_FILE").map(Path::of));
    if (only.isPresent()) {
      return new AuthFiles(List.of(only.get()), true, helpers);
    }
    return new AuthFiles(standard(environment), false, helpers);
  }

  private static List<Path> standard(Map<String, String> environment) {
    List<Path> files = new ArrayList<>();
    Optional<Path> home = variable(environment, "HOME").map(Path::of);
    variable(environment, "XDG_RUNTIME_DIR")
        .map(folder -> Path.of(folder, "containers", "auth.json"))
        .or(AuthFiles::withoutSession)
        .ifPresent(files::add);
    variable(environment, "XDG_CONFIG_HOME")
        .map(Path::of)
        .or(() -> home.map(path -> path.resolve(".config")))
        .ifPresent(folder -> files.add(folder.resolve("containers/auth.json")));
    variable(environment, "DOCKER_CONFIG")
        .map(Path::of)
        .or(() -> home.map(path -> path.resolve(".docker")))
        .ifPresent(folder -> {
          files.add(folder.resolve("config.json"));
          // A Kubernetes secret mounted as it is has the name of its key.
          files.add(folder.resolve(".dockerconfigjson"));
        });
    home.ifPresent(path -> files.add(path.resolve(".dockercfg")));
    files.add(Path.of("/tekton/creds/.docker/config.json"));
    return List.copyOf(files);
  }

  /**
   * Where podman's file is for users without a folder of their session, such as root in a
   * container.
   */
  private static Optional<Path> withoutSession() {
    try {
      Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      return Optional.of(Path.of("/run/containers", uid.toString(), "auth.json"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  @Override
  public Credentials find(String host, String repository) {
    for (Path path : files) {
      Optional<AuthFile> file = read(path);
      if (file.isEmpty()) {
        continue;
      }
      Credentials found =
          switch (file.get().find(host, repository)) {
            case AuthFile.Answer.Found f -> f.credentials();
            case AuthFile.Answer.Ask ask -> helpers.get(ask.helper().name(), ask.helper().server());
            case AuthFile.Answer.Nothing n -> Credentials.anonymous();
          };
      if (!(found instanceof Credentials.Anonymous)) {
        return found;
      }
    }
    return Credentials.anonymous();
  }

  CredentialHelper helpers() {
    return helpers;
  }

  /** Where files are looked for. */
  List<Path> files() {
    return files;
  }

  /** Those of the files that are there. */
  List<Path> existing() {
    return files.stream().filter(Files::exists).toList();
  }

  /**
   * The file into which the entry of a host belongs: the one that has it, or the first that is
   * there, or podman's where the session has a folder for it, or docker's.
   */
  Path fileFor(String host) {
    for (Path path : existing()) {
      Optional<AuthFile> file = read(path);
      if (file.isPresent() && !(file.get().find(host, "") instanceof AuthFile.Answer.Nothing)) {
        return path;
      }
    }
    return existing().stream()
        .filter(Files::isWritable)
        .findFirst()
        .or(() ->
            files.stream()
                .filter(path -> !path.startsWith("/tekton") && canBeMade(path))
                .findFirst())
        .orElseThrow(() ->
            new ModelcarException(
                OciError.CREDENTIALS_INVALID,
                "no location for an auth file: name one with --auth-file"));
  }

  /** Others may have no folder below {@code /run}, and the home may be read-only. */
  private static boolean canBeMade(Path file) {
    Path folder = file.getParent();
    while (folder != null && !Files.exists(folder)) {
      folder = folder.getParent();
    }
    return folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
  }

  private Optional<AuthFile> read(Path path) {
    try {
      if (Files.size(path) > MAX_FILE) {
        throw new ModelcarException(
            OciError.CREDENTIALS_INVALID, "the auth file " + path + " is too large");
      }
      return Optional.of(AuthFile.parse("the auth file " + path, Files.readAllBytes(path)));
    } catch (NoSuchFileException | NotDirectoryException e) {
      if (explicit) {
        throw new ModelcarException(
            OciError.CREDENTIALS_INVALID, "the auth file " + path + " does not exist", e);
      }
      return Optional.empty();
    } catch (IOException e) {
      if (explicit) {
        throw new ModelcarException(
            OciError.CREDENTIALS_INVALID, "the auth file " + path + " cannot be read", e);
      }
      return Optional.empty();
    }
  }
}
