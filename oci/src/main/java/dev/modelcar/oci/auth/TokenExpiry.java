package dev.modelcar.oci.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * When a login ends that says so itself: a JWT by its claim {@code exp} (RFC 7519, section 4.1.4),
 * a password of Amazon ECR by {@code expiration}. Both are in seconds; nothing is verified, for the
 * registry does that.
 */
public final class TokenExpiry {
  private TokenExpiry() {}

  /** When these credentials expire, as far as they say. */
  public static Optional<Instant> of(Credentials credentials) {
    return switch (credentials) {
      case Credentials.Anonymous a -> Optional.empty();
      case Credentials.Password p -> of(p.password());
      case Credentials.IdentityToken t -> of(t.token());
      case Credentials.BearerToken t -> of(t.token());
    };
  }

  private static Optional<Instant> of(String token) {
    String[] parts = token.split("\\.", -1);
    return parts.length == 3 ? seconds(parts[1], "exp") : seconds(token, "expiration");
  }

  private static Optional<Instant> seconds(String encoded, String name) {
    try {
      String standard = encoded.replace('-', '+').replace('_', '/');
      JsonNode value = Json.parse(Base64.getDecoder().decode(standard)).path(name);
      return value.canConvertToLong() && value.asLong() > 0
          ? Optional.of(Instant.ofEpochSecond(value.asLong()))
          : Optional.empty();
    } catch (IllegalArgumentException | Json.InvalidJsonException e) {
      return Optional.empty();
    }
  }
}
