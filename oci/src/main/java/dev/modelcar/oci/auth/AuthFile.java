package dev.modelcar.oci.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.OciError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One auth file: docker's {@code config.json}, podman's {@code auth.json}, a Kubernetes secret of
 * type {@code dockerconfigjson} (all the same), or the old {@code .dockercfg} without the {@code
 * auths} around it (containers-auth.json(5), docker's config reference).
 */
final class AuthFile {
  private static final Set<String> DOCKER_HUB =
      Set.of("docker.io", "index.docker.io", "registry-1.docker.io");

  /** The host under which docker's helpers keep Docker Hub. */
  private static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";

  private final String origin;
  private final JsonNode json;
  private final JsonNode auths;

  private AuthFile(String origin, JsonNode json, JsonNode auths) {
    this.origin = origin;
    this.json = json;
    this.auths = auths;
  }

  /** Reads a file's content. */
  static AuthFile parse(String origin, byte[] bytes) {
    JsonNode json;
    try {
      json =
          new String(bytes, StandardCharsets.UTF_8).isBlank() ? Json.object() : Json.parse(bytes);
    } catch (InvalidJsonException e) {
      throw invalid(origin, "is not JSON: " + e.getMessage());
    }
    if (!json.isObject()) {
      throw invalid(origin, "is not a JSON object");
    }
    boolean wrapped =
        json.has("auths") || json.has("credHelpers") || json.has("credsStore") || json.isEmpty();
    return new AuthFile(origin, json, wrapped ? json.path("auths") : json);
  }

  private static ModelcarException invalid(String origin, String why) {
    return new ModelcarException(OciError.CREDENTIALS_INVALID, origin + " " + why);
  }

  /** A helper to run, and what to ask it for. */
  record Helper(String name, String server) {}

  /** The credentials for a repository. */
  sealed interface Answer {
    record Found(Credentials credentials) implements Answer {}

    record Ask(Helper helper) implements Answer {}

    record Nothing() implements Answer {}
  }

  /**
   * A helper for this very host; else the entry with the longest matching path; else the entry
   * whose key, cleaned of scheme and path, is the host; else the helper for all hosts.
   */
  Answer find(String host, String repository) {
    Optional<Helper> own = ownHelper(host);
    if (own.isPresent()) {
      return new Answer.Ask(own.get());
    }
    Optional<Credentials> entry = entry(host, repository);
    if (entry.isPresent()) {
      return new Answer.Found(entry.get());
    }
    return store(host).<Answer>map(Answer.Ask::new).orElseGet(Answer.Nothing::new);
  }

  /** The hosts that it has a login for, if only for some of their repositories. */
  LoginHosts hosts() {
    Set<String> hosts = new TreeSet<>();
    auths.properties().stream()
        .filter(entry -> read(entry.getKey(), entry.getValue()).isPresent())
        .forEach(entry -> hosts.add(named(hostOf(entry.getKey()).replaceFirst("/.*", ""))));
    json.path("credHelpers").fieldNames().forEachRemaining(host -> hosts.add(named(host)));
    return new LoginHosts(
        hosts, Json.text(json, "credsStore").filter(s -> !s.isEmpty()).isPresent());
  }

  private static String named(String host) {
    return isDockerHub(host) ? "docker.io" : host;
  }

  /** The helper that keeps the passwords of a host; nothing if the file does. */
  Optional<Helper> helper(String host) {
    return ownHelper(host).or(() -> store(host));
  }

  private Optional<Helper> ownHelper(String host) {
    Optional<String> helper = Json.text(json.path("credHelpers"), host);
    if (helper.isEmpty() && isDockerHub(host)) {
      helper =
          DOCKER_HUB.stream()
              .flatMap(alias -> Json.text(json.path("credHelpers"), alias).stream())
              .findFirst();
    }
    return helper.filter(name -> !name.isEmpty()).map(name -> new Helper(name, serverName(host)));
  }

  private Optional<Helper> store(String host) {
    return Json.text(json, "credsStore")
        .filter(name -> !name.isEmpty())
        .map(name -> new Helper(name, serverName(host)));
  }

  /** The key under which a host's entry is written. */
  static String key(String host) {
    return serverName(host);
  }

  /** Whether a key speaks of a host, and not just of a path below it. */
  static boolean isFor(String key, String host) {
    String cleaned = hostOf(key);
    return cleaned.equals(host) || (isDockerHub(host) && isDockerHub(cleaned));
  }

  private static String serverName(String host) {
    return isDockerHub(host) ? DOCKER_HUB_KEY : host;
  }

  private static boolean isDockerHub(String host) {
    return DOCKER_HUB.contains(host);
  }

  private Optional<Credentials> entry(String host, String repository) {
    for (String key : keys(host, repository)) {
      JsonNode entry = auths.get(key);
      if (entry != null) {
        Optional<Credentials> credentials = read(key, entry);
        if (credentials.isPresent()) {
          return credentials;
        }
      }
    }
    for (Iterator<Map.Entry<String, JsonNode>> it = auths.properties().iterator(); it.hasNext(); ) {
      Map.Entry<String, JsonNode> entry = it.next();
      if (isFor(entry.getKey(), host)) {
        Optional<Credentials> credentials = read(entry.getKey(), entry.getValue());
        if (credentials.isPresent()) {
          return credentials;
        }
      }
    }
    return Optional.empty();
  }

  /** From the whole name to the bare host: {@code h/a/b}, {@code h/a}, {@code h}. */
  private static List<String> keys(String host, String repository) {
    List<String> keys = new ArrayList<>();
    String key = host + "/" + repository;
    while (key.length() > host.length()) {
      keys.add(key);
      key = key.substring(0, key.lastIndexOf('/'));
    }
    keys.add(host);
    return keys;
  }

  /** The host of a key such as {@code https://index.docker.io/v1/}; keys with a path have none. */
  private static String hostOf(String key) {
    String rest = key.toLowerCase(Locale.ROOT);
    boolean url = rest.startsWith("https://") || rest.startsWith("http://");
    if (url) {
      rest = rest.substring(rest.indexOf("://") + 3);
    }
    int slash = rest.indexOf('/');
    if (slash < 0) {
      return rest;
    }
    String path = rest.substring(slash);
    boolean version = path.equals("/") || path.startsWith("/v1") || path.startsWith("/v2");
    return url || version ? rest.substring(0, slash) : rest;
  }

  private Optional<Credentials> read(String key, JsonNode entry) {
    Optional<String> identity = Json.text(entry, "identitytoken").filter(t -> !t.isEmpty());
    if (identity.isPresent()) {
      return Optional.of(new Credentials.IdentityToken(identity.get(), origin));
    }
    Optional<String> registry = Json.text(entry, "registrytoken").filter(t -> !t.isEmpty());
    if (registry.isPresent()) {
      return Optional.of(new Credentials.BearerToken(registry.get(), origin));
    }
    Optional<String> auth = Json.text(entry, "auth").filter(a -> !a.isBlank());
    if (auth.isPresent()) {
      return Optional.of(decode(key, auth.get()));
    }
    Optional<String> user = Json.text(entry, "username").filter(u -> !u.isEmpty());
    return user.map(
        name -> new Credentials.Password(name, Json.text(entry, "password").orElse(""), origin));
  }

  private Credentials decode(String key, String auth) {
    String text;
    try {
      text =
          new String(
              Base64.getMimeDecoder().decode(auth.strip().replace('-', '+').replace('_', '/')),
              StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid(origin, "has an entry for " + key + " with an \"auth\" that is not base64");
    }
    String cleaned = text.replaceAll("\0+$", "");
    int colon = cleaned.indexOf(':');
    if (colon < 0) {
      throw invalid(origin, "has an entry for " + key + " with an \"auth\" without a colon");
    }
    return new Credentials.Password(
        cleaned.substring(0, colon), cleaned.substring(colon + 1), origin);
  }
}
