package dev.modelcar.testkit.hub;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/** Which tokens a hub knows. While it has been told of none, it takes any. */
final class HubTokens {
  private final Set<String> known = new CopyOnWriteArraySet<>();
  private final Set<String> narrow = new CopyOnWriteArraySet<>();
  private final Set<String> revoked = new CopyOnWriteArraySet<>();

  void know(String token) {
    known.add(token);
    revoked.remove(token);
  }

  void narrow(String token) {
    know(token);
    narrow.add(token);
  }

  void revoke(String token) {
    revoked.add(token);
  }

  boolean isBad(Optional<String> token) {
    return token.isPresent()
        && (revoked.contains(token.get()) || (!known.isEmpty() && !known.contains(token.get())));
  }

  boolean isNarrow(Optional<String> token) {
    return token.map(narrow::contains).orElse(false);
  }
}
