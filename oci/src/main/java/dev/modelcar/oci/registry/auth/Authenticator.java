package dev.modelcar.oci.registry.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.Json.InvalidJsonException;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpHeaders;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.auth.Credentials;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Authenticates requests to one registry: anonymously, with a password, or with tokens of a token
 * server, which are cached and renewed before they expire. Credentials are looked up for every
 * request.
 */
public final class Authenticator {
  /** The life of a token without {@code expires_in} (Docker token specification). */
  private static final Duration SHORTEST_LIFE = Duration.ofSeconds(60);

  private static final double FRESH_PART = 0.8;

  private final TokenClient tokenClient;
  private final Supplier<Credentials> credentials;
  private final InstantSource clock;

  private final Map<Scope, Token> tokens = new HashMap<>();
  private Optional<Challenge> challenge = Optional.empty();

  /** What the registry accepted last, by permission. */
  private final Map<Right, String> accepted = new HashMap<>();

  /**
   * A permission.
   *
   * @param reads whether only to read
   */
  private record Right(Scope scope, boolean reads) {}

  private record Token(String value, Instant renewAt, Credentials credentials) {}

  public Authenticator(
      TokenClient tokenClient, Supplier<Credentials> credentials, InstantSource clock) {
    this.tokenClient = tokenClient;
    this.credentials = credentials;
    this.clock = clock;
  }

  /** Learns the challenge of a response. */
  public void learn(HttpHeaders headers) {
    List<Challenge> offered = Challenge.parse(headers.all("WWW-Authenticate"));
    Optional<Challenge> best = Challenge.best(offered);
    synchronized (this) {
      if (best.isPresent()) {
        challenge = best;
      }
    }
  }

  /** The value of {@code Authorization} for a request, if it needs one. */
  public Optional<String> header(Scope scope) {
    Credentials current = credentials.get();
    if (current instanceof Credentials.BearerToken token) {
      return Optional.of("Bearer " + token.token());
    }
    synchronized (this) {
      if (challenge.isEmpty()) {
        return Optional.empty();
      }
      return challenge.get().scheme().equals("basic")
          ? basic(current)
          : Optional.of("Bearer " + token(challenge.get(), scope, current));
    }
  }

  private static Optional<String> basic(Credentials credentials) {
    return credentials instanceof Credentials.Password password
        ? Optional.of(basicValue(password))
        : Optional.empty();
  }

  /** What {@code Authorization} says of a user (RFC 7617). */
  public static String basicValue(Credentials.Password password) {
    String pair = password.username() + ":" + password.password();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  /** Called with the lock held: a second thread waits for the token that the first one fetches. */
  private String token(Challenge required, Scope scope, Credentials current) {
    Token known = tokens.get(scope);
    if (known != null
        && known.credentials().equals(current)
        && clock.instant().isBefore(known.renewAt())) {
      return known.value();
    }
    URI realm = realm(required);
    Instant before = clock.instant();
    JsonNode response =
        tokenClient.fetch(new TokenRequest(realm, required.parameter("service"), scope, current));
    String value =
        Json.text(response, "token")
            .filter(token -> !token.isEmpty())
            .or(() -> Json.text(response, "access_token").filter(token -> !token.isEmpty()))
            .orElseThrow(() ->
                new ModelcarException(
                    OciError.REGISTRY_PROTOCOL,
                    "the token server " + realm.getHost() + " did not return a token"));
    checkGranted(value, scope, realm, current);
    long life = Math.max(SHORTEST_LIFE.toSeconds(), Json.number(response, "expires_in").orElse(0));
    Instant renewAt = before.plusMillis((long) (life * 1000 * FRESH_PART));
    tokens.put(scope, new Token(value, renewAt, current));
    return value;
  }

  private static URI realm(Challenge required) {
    String realm = required.parameter("realm").orElse("");
    try {
      URI uri = URI.create(realm);
      if (uri.getHost() != null
          && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new ModelcarException(
        OciError.REGISTRY_PROTOCOL, "the registry names a token server with an invalid URL");
  }

  /**
   * A token server grants less than asked without a word; the refusal would come only with the
   * upload. Tokens that can be read say it now.
   */
  private static void checkGranted(String token, Scope scope, URI realm, Credentials credentials) {
    Optional<JsonNode> access = access(token);
    if (access.isEmpty()) {
      return;
    }
    for (String part : scope.parts()) {
      String[] words = part.split(":", 3);
      List<String> granted = new ArrayList<>();
      for (JsonNode grant : access.get()) {
        if (Json.text(grant, "type").orElse("").equals(words[0])
            && Json.text(grant, "name").orElse("").equals(words[1])) {
          grant.path("actions").forEach(action -> granted.add(action.asText()));
        }
      }
      List<String> missing = new ArrayList<>(List.of(words[2].split(",")));
      missing.removeAll(granted);
      if (!missing.isEmpty() && !granted.contains("*")) {
        throw new ModelcarException(
            OciError.REGISTRY_DENIED,
            "the token server %s granted %s on %s, but not %s (%s)"
                .formatted(
                    realm.getHost(),
                    granted.isEmpty() ? "nothing" : String.join(" and ", granted),
                    words[1],
                    String.join(" and ", missing),
                    credentials.described()));
      }
    }
  }

  /** The claim {@code access} of a JSON Web Token; nothing for tokens of another kind. */
  private static Optional<JsonNode> access(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      JsonNode access = Json.parse(Base64.getUrlDecoder().decode(parts[1])).path("access");
      return access.isArray() ? Optional.of(access) : Optional.empty();
    } catch (InvalidJsonException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The registry rejected the {@link #header}: learns the challenge and forgets the token. */
  public void refused(HttpHeaders headers, Scope scope) {
    learn(headers);
    synchronized (this) {
      tokens.remove(scope);
    }
  }

  /** The registry accepted a value of {@code Authorization}. */
  public synchronized void accepted(String header, Scope scope, boolean reads) {
    accepted.put(new Right(scope, reads), header);
  }

  /**
   * Whether the registry took a value of {@code Authorization} before, for the same right. If it
   * refuses that now, the credentials have ended, and whoever replaces them (the kubelet does so
   * for tokens and Secrets, within a minute or two) may not have come to it yet.
   */
  public synchronized boolean wasAccepted(String header, Scope scope, boolean reads) {
    return header.equals(accepted.get(new Right(scope, false)))
        || (reads && header.equals(accepted.get(new Right(scope, true))));
  }

  /** Which credentials are used; for messages. */
  public String credentialsUsed() {
    return credentials.get().described();
  }
}
