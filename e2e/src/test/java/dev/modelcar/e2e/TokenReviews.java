package dev.modelcar.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets in one ServiceAccount, as a registry inside a cluster does: the API server is asked what a
 * token is worth (TokenReview).
 */
final class TokenReviews {
  private final Cluster cluster;
  private final Path folder;
  private final String user;
  private final Map<String, Boolean> known = new ConcurrentHashMap<>();
  private final AtomicInteger refused = new AtomicInteger();

  /**
   * @param account as {@code NAMESPACE:NAME}
   */
  TokenReviews(Cluster cluster, Path folder, String account) {
    this.cluster = cluster;
    this.folder = folder;
    this.user = "system:serviceaccount:" + account;
  }

  boolean isGood(String token) {
    boolean good = known.computeIfAbsent(token, this::review);
    if (!good) {
      refused.incrementAndGet();
    }
    return good;
  }

  /** How many requests came with a token that is not good. */
  int refused() {
    return refused.get();
  }

  private boolean review(String token) {
    try {
      Path file = Files.createTempFile(folder, "review-", ".yaml");
      Files.writeString(
          file,
          """
          apiVersion: authentication.k8s.io/v1
          kind: TokenReview
          spec:
            token: %s
          """
              .formatted(token));
      String said =
          cluster.kubectl(
              "create",
              "-f",
              file.toString(),
              "-o",
              "jsonpath={.status.authenticated} {.status.user.username}");
      Files.delete(file);
      return said.strip().equals("true " + user);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
