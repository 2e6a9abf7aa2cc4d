package dev.modelcar.testkit.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** A name and a password. */
record Credentials(String user, String password) {
  private static final String BASIC = "Basic ";

  /** Reads an {@code Authorization} header; nothing if it is not of this kind. */
  static Optional<Credentials> basic(Optional<String> header) {
    if (header.isEmpty() || !header.get().startsWith(BASIC)) {
      return Optional.empty();
    }
    String pair;
    try {
      byte[] decoded = Base64.getDecoder().decode(header.get().substring(BASIC.length()).strip());
      pair = new String(decoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    int colon = pair.indexOf(':');
    return colon < 0
        ? Optional.empty()
        : Optional.of(new Credentials(pair.substring(0, colon), pair.substring(colon + 1)));
  }
}
