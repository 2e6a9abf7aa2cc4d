package dev.modelcar.cli.options;

import dev.modelcar.core.ByteSize;
import dev.modelcar.oci.auth.AuthFiles;
import dev.modelcar.oci.auth.CredentialSource;
import dev.modelcar.oci.auth.TokenFile;
import dev.modelcar.oci.registry.client.RegistryProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How registries are reached. */
public final class RegistryOptions {
  private static final Pattern PROFILE =
      Pattern.compile("(?:([^=]+)=)?([a-z0-9]+)(?::chunk=([^=]+))?");
  private static final long SMALLEST_CHUNK = 1 << 20;

  @Option(
      names = "--plain-http",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "use HTTP without TLS for all registries (or write http:// before a reference; https:// wins)")
  boolean plainHttp;

  @Option(
      names = "--tls-verify",
      arity = "1",
      paramLabel = "true|false",
      description =
          "verify the registries' certificates; the Hub's always is (default: ${DEFAULT-VALUE})")
  boolean tlsVerify = true;

  @Option(names = "--ca-file", paramLabel = "FILE", description = "extra CAs (PEM); repeatable")
  List<Path> caFiles = new ArrayList<>();

  @Option(
      names = {"--auth-file", "--authfile"},
      paramLabel = "FILE",
      description = "auth file to use instead of podman's and docker's")
  @Nullable Path authFile;

  @Option(
      names = "--token-file",
      paramLabel = "[HOST=]FILE",
      description =
          "send the token in this file, read again each time, to the registry; OpenShift's internal"
              + " registry gets the ServiceAccount's by default; repeatable")
  List<String> tokenFiles = new ArrayList<>();

  @Option(
      names = "--registry-profile",
      paramLabel = "[HOST=]KIND[:chunk=SIZE]",
      description =
          "kind of a registry that is not recognized (`modelcar inspect --registry HOST` shows what"
              + " is known); repeatable")
  List<String> profiles = new ArrayList<>();

  /** Whether a token file without a host is for the Model Registry, and for no other registry. */
  private boolean tokenIsForModelRegistry;

  /** Lets a token file without a host be for the Model Registry, which the command is about. */
  public void giveTokenToModelRegistry() {
    tokenIsForModelRegistry = true;
  }

  /** The file with the token for a Model Registry, if there is one. */
  Optional<Path> modelRegistryToken(String host) {
    return tokenFiles.stream()
        .filter(text -> !text.isBlank())
        .filter(
            text -> text.indexOf('=') > 0 ? text.startsWith(host + "=") : tokenIsForModelRegistry)
        .map(RegistryOptions::file)
        .findFirst();
  }

  /** Adds the options that another command needs to reach the same registries. */
  public void passOn(List<String> words) {
    if (plainHttp) {
      words.add("--plain-http");
    }
    caFiles.forEach(file -> words.addAll(List.of("--ca-file", file.toString())));
    if (!tlsVerify) {
      words.add("--tls-verify=false");
    }
    if (authFile != null) {
      words.addAll(List.of("--auth-file", authFile.toString()));
    }
  }

  /** Uses these logins, and verifies certificates or not, whatever was given. */
  public void reachWith(Optional<Path> logins, boolean verified) {
    logins.ifPresent(file -> authFile = file);
    tlsVerify &= verified;
  }

  /** One more authority. */
  public void addCa(Path file) {
    caFiles.add(file);
  }

  public Optional<Path> authFile() {
    return Optional.ofNullable(authFile);
  }

  /**
   * The credentials for each registry.
   *
   * @param named the registries that the user has named
   */
  CredentialSource credentials(Map<String, String> environment, Supplier<Set<String>> named) {
    CredentialSource source = CredentialSource.none();
    for (String text : tokenFiles) {
      if (text.isBlank() || (text.indexOf('=') <= 0 && tokenIsForModelRegistry)) {
        continue;
      }
      TokenFile tokens =
          text.indexOf('=') > 0
              ? TokenFile.of(file(text), text.substring(0, text.indexOf('='))::equals)
              : TokenFile.of(file(text), host -> isTheOne(host, named.get()));
      source = source.orElse(tokens);
    }
    return source
        .orElse(AuthFiles.of(environment, Optional.ofNullable(authFile)))
        .orElse(TokenFile.inPod(TokenFile.SERVICE_ACCOUNT));
  }

  private static Path file(String tokenFile) {
    return Path.of(tokenFile.substring(tokenFile.indexOf('=') + 1));
  }

  /** The file whose token a registry gets, if it gets one. */
  Optional<Path> tokenFile(String host, Set<String> named) {
    return tokenFiles.stream()
        .filter(text -> !text.isBlank())
        .filter(text -> text.indexOf('=') > 0 ? text.startsWith(host + "=") : named.contains(host))
        .map(RegistryOptions::file)
        .findFirst();
  }

  /** A token is for one registry, which must be named if there are several. */
  private static boolean isTheOne(String host, Set<String> named) {
    if (named.contains(host) && named.size() > 1) {
      throw Usage.invalid(
          "several registries: name the one that gets the token, --token-file HOST=FILE");
    }
    return named.contains(host);
  }

  /** The profile that the user has set for a registry. */
  Optional<RegistryProfile> profile(String host) {
    Optional<RegistryProfile> found = Optional.empty();
    for (String text : profiles) {
      Matcher matcher = PROFILE.matcher(text);
      if (!matcher.matches()) {
        throw Usage.invalid("--registry-profile takes [HOST=]KIND[:chunk=SIZE]: " + text);
      }
      String who = Optional.ofNullable(matcher.group(1)).orElse(host);
      if (who.equals(host)) {
        found = Optional.of(profile(matcher.group(2), Optional.ofNullable(matcher.group(3))));
      }
    }
    return found;
  }

  private static RegistryProfile profile(String kind, Optional<String> chunk) {
    RegistryProfile profile =
        RegistryProfile.Kind.ofId(kind)
            .map(RegistryProfile::of)
            .orElseThrow(() ->
                Usage.invalid(
                    "unknown kind of registry %s; known are %s"
                        .formatted(
                            kind,
                            String.join(
                                ", ",
                                Arrays.stream(RegistryProfile.Kind.values())
                                    .map(RegistryProfile.Kind::id)
                                    .toList()))));
    return chunk
        .map(size -> profile.with(new RegistryProfile.Upload.Chunks(chunk(size))))
        .orElse(profile);
  }

  private static long chunk(String size) {
    OptionalLong bytes = ByteSize.parse(size);
    if (bytes.isEmpty() || bytes.getAsLong() < SMALLEST_CHUNK) {
      throw Usage.invalid("a chunk is at least 1MiB, not " + size);
    }
    return bytes.getAsLong();
  }
}
