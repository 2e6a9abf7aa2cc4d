package dev.modelcar.cli;

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
final class RegistryOptions {
  private static final Pattern PROFILE =
      Pattern.compile("(?:([^=]+)=)?([a-z0-9]+)(?::chunk=([^=]+))?");
  private static final long SMALLEST_CHUNK = 1 << 20;

  @Option(
      names = "--plain-http",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "talk to the registries without TLS (or write http:// before a reference)")
  boolean plainHttp;

  @Option(
      names = "--tls-verify",
      arity = "1",
      paramLabel = "true|false",
      description =
          "whether the registries' certificates are checked; the Hub's always is (default:"
              + " ${DEFAULT-VALUE})")
  boolean tlsVerify = true;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description = "trust these certificate authorities (PEM) as well; repeatable")
  List<Path> caFiles = new ArrayList<>();

  @Option(
      names = {"--auth-file", "--authfile"},
      paramLabel = "FILE",
      description = "the auth file to use instead of podman's and docker's")
  @Nullable Path authFile;

  @Option(
      names = "--token-file",
      paramLabel = "[HOST=]FILE",
      description =
          "send the token in this file, read anew each time, to the registry (a ServiceAccount's"
              + " token, which the registry inside OpenShift gets by itself); repeatable")
  List<String> tokenFiles = new ArrayList<>();

  @Option(
      names = "--registry-profile",
      paramLabel = "[HOST=]KIND[:chunk=SIZE]",
      description =
          "what the registry is, where it is not recognized (`modelcar inspect --registry HOST`"
              + " shows what is); repeatable")
  List<String> profiles = new ArrayList<>();

  /**
   * Who we are to each registry.
   *
   * @param named the registries that the user has named, and no others
   */
  CredentialSource credentials(Map<String, String> environment, Supplier<Set<String>> named) {
    CredentialSource source = CredentialSource.none();
    for (String text : tokenFiles) {
      int equals = text.indexOf('=');
      Path file = Path.of(text.substring(equals + 1));
      TokenFile tokens =
          equals > 0
              ? TokenFile.of(file, text.substring(0, equals)::equals)
              : TokenFile.of(file, host -> isTheOne(host, named.get()));
      source = source.orElse(tokens);
    }
    return source
        .orElse(AuthFiles.of(environment, Optional.ofNullable(authFile)))
        .orElse(TokenFile.inPod(TokenFile.SERVICE_ACCOUNT));
  }

  /** A token is for one registry; which one must be said where there are several. */
  private static boolean isTheOne(String host, Set<String> named) {
    if (named.contains(host) && named.size() > 1) {
      throw TransferOptions.usage(
          "there are several registries: say which one gets the token, --token-file HOST=FILE");
    }
    return named.contains(host);
  }

  /** What the user says of a registry. */
  Optional<RegistryProfile> profile(String host) {
    Optional<RegistryProfile> found = Optional.empty();
    for (String text : profiles) {
      Matcher matcher = PROFILE.matcher(text);
      if (!matcher.matches()) {
        throw TransferOptions.usage("--registry-profile takes [HOST=]KIND[:chunk=SIZE]: " + text);
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
                TransferOptions.usage(
                    "there is no kind of registry named %s, but %s"
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
      throw TransferOptions.usage("a chunk has 1MiB at the least, not " + size);
    }
    return bytes.getAsLong();
  }
}
