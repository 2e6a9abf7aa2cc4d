package dev.modelcar.cli.commands.registration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the Model Registry's own transfer job is told: options win over variables that begin with
 * {@code MODEL_SYNC_}, and these over files with credentials.
 */
final class TransferJobSettings {
  private static final Set<String> SIDES = Set.of("source", "destination");

  private static final Set<String> OF_A_SIDE =
      Set.of(
          "type",
          "uri",
          "aws-bucket",
          "aws-key",
          "aws-region",
          "aws-access-key-id",
          "aws-secret-access-key",
          "aws-endpoint",
          "oci-uri",
          "oci-registry",
          "oci-username",
          "oci-password",
          "oci-base-image",
          "oci-enable-tls-verify",
          "s3-credentials-path",
          "oci-credentials-path",
          "uri-credentials-path");

  private static final Set<String> OTHERS =
      Set.of(
          "model-upload-intent",
          "model-id",
          "model-version-id",
          "model-artifact-id",
          "metadata-configmap-path",
          "storage-path",
          "sign",
          "signing-identity-token-path",
          "registry-server-address",
          "registry-port",
          "registry-is-secure",
          "registry-author",
          "registry-user-token",
          "registry-user-token-envvar",
          "registry-custom-ca",
          "registry-custom-ca-envvar",
          "registry-log-level");

  private final Map<String, String> options = new LinkedHashMap<>();
  private final Map<String, String> variables;

  TransferJobSettings(List<String> arguments, Map<String, String> variables) {
    this.variables = variables;
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      int equals = word.indexOf('=');
      String name = (equals < 0 ? word : word.substring(0, equals)).replaceFirst("^--", "");
      if (!word.startsWith("--") || !isKnown(name)) {
        throw Usage.invalid("unknown argument " + word);
      }
      if (equals < 0 && i + 1 == arguments.size()) {
        throw Usage.invalid("missing value of " + word);
      }
      options.put(name, equals < 0 ? arguments.get(++i) : word.substring(equals + 1));
    }
  }

  private static boolean isKnown(String name) {
    int dash = name.indexOf('-');
    return OTHERS.contains(name)
        || (dash > 0
            && SIDES.contains(name.substring(0, dash))
            && OF_A_SIDE.contains(name.substring(dash + 1)));
  }

  /** A setting by the name of its option. */
  Optional<String> get(String name) {
    String variable = "MODEL_SYNC_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    return Optional.ofNullable(options.getOrDefault(name, variables.get(variable)))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  String get(String name, String standard) {
    return get(name).orElse(standard);
  }

  String needed(String name) {
    return get(name)
        .orElseThrow(() ->
            Usage.invalid(
                "missing --%s, or MODEL_SYNC_%s"
                    .formatted(name, name.toUpperCase(Locale.ROOT).replace('-', '_'))));
  }

  boolean flag(String name, boolean standard) {
    Optional<String> text = get(name).map(value -> value.toLowerCase(Locale.ROOT));
    if (text.isEmpty()) {
      return standard;
    }
    return switch (text.get()) {
      case "yes", "y", "true", "t", "1" -> true;
      case "no", "n", "false", "f", "0" -> false;
      default ->
          throw Usage.invalid("--%s takes true or false, not %s".formatted(name, text.get()));
    };
  }

  /** The URL of the Model Registry; the port stands apart. */
  String registryUrl() {
    String address = needed("registry-server-address").replaceFirst("/+$", "");
    boolean secure = flag("registry-is-secure", !address.startsWith("http://"));
    String port = get("registry-port", address.startsWith("http://") ? "80" : "443");
    if (!port.matches("\\d{1,5}")) {
      throw Usage.invalid("--registry-port takes a number, not " + port);
    }
    String full = address.contains("://") ? address : (secure ? "https://" : "http://") + address;
    boolean ported = full.matches("https?://(\\[[^]]*]|[^/:]*):\\d+(/.*)?");
    return ported ? full : full.replaceFirst("^(https?://(?:\\[[^]]*]|[^/:]*))", "$1:" + port);
  }

  /** The token of the Model Registry, if one is named; read anew each time if it is in a file. */
  Optional<String> registryToken() {
    return get("registry-user-token")
        .or(() ->
            get("registry-user-token-envvar")
                .or(() -> Optional.of("KF_PIPELINES_SA_TOKEN_PATH"))
                .map(variables::get)
                .filter(path -> !path.isBlank())
                .map(path -> read(Path.of(path)).strip()));
  }

  Optional<String> customCa() {
    return get("registry-custom-ca").or(() -> get("registry-custom-ca-envvar").map(variables::get));
  }

  /** The source as {@code ship} takes it. */
  String source() {
    String uri = needed("source-uri");
    if (uri.startsWith("hf://")) {
      return uri.replaceFirst("^(hf://[^/]+/[^/:@]+):", "$1@");
    }
    throw Usage.invalid(
        "transfer reads hf://ORG/NAME[:REVISION] and images; for files at %s, use a folder with `modelcar ship`"
            .formatted(uri.replaceFirst("\\?.*", "")));
  }

  /** A base image as its registry names it. */
  Optional<String> baseImage() {
    return get("destination-oci-base-image")
        .map(image ->
            image.contains("/")
                ? image.matches("[^/]*[.:][^/]*/.*|localhost/.*") ? image : "docker.io/" + image
                : "docker.io/library/" + image);
  }

  /**
   * The logins of both sides as one auth file.
   *
   * <p>The dashboard writes {@code auth} without the encoding that it has everywhere else.
   */
  Optional<ObjectNode> logins() {
    ObjectNode auths = Json.object();
    for (String side : List.of("source", "destination")) {
      get(side + "-oci-credentials-path").ifPresent(path -> auths.setAll(file(Path.of(path))));
      Optional<String> user = get(side + "-oci-username");
      Optional<String> password = get(side + "-oci-password");
      if (user.isPresent() != password.isPresent()) {
        throw Usage.invalid("--%s-oci-username goes with --%1$s-oci-password".formatted(side));
      }
      user.ifPresent(name ->
          auths
              .putObject(needed(side + "-oci-registry"))
              .put("auth", encoded(name + ":" + password.get())));
    }
    return auths.isEmpty()
        ? Optional.empty()
        : Optional.of((ObjectNode) Json.object().set("auths", auths));
  }

  private static ObjectNode file(Path path) {
    ObjectNode auths = Json.object();
    JsonNode json;
    try {
      json = Json.parse(read(path));
    } catch (InvalidJsonException e) {
      throw Usage.invalid("the credentials in %s are not JSON".formatted(path));
    }
    for (Map.Entry<String, JsonNode> login : json.path("auths").properties()) {
      ObjectNode entry = login.getValue().deepCopy();
      Json.text(entry, "auth")
          .filter(auth -> auth.contains(":"))
          .ifPresent(auth -> entry.put("auth", encoded(auth)));
      auths.set(login.getKey(), entry);
    }
    return auths;
  }

  private static String encoded(String login) {
    return Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new ModelcarException(
          CoreError.DISK_FAILED, "cannot read %s: %s".formatted(path, IoReason.of(e)), e);
    }
  }
}
