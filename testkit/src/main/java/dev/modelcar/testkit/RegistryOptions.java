package dev.modelcar.testkit;

import dev.modelcar.testkit.registry.TokenServer;
import dev.modelcar.testkit.server.TestTls;
import java.util.Optional;

/**
 * How a real registry runs.
 *
 * @param password whether it lets in only {@link #USER} with {@link #PASSWORD}
 * @param tls what it speaks TLS with
 * @param tokens whose tokens it demands
 * @param deletes whether manifests and blobs can be deleted
 * @param open whether it listens on all interfaces, at a port from 5000 to 5999, so that a cluster
 *     on this machine reaches it; else at any port of 127.0.0.1
 */
public record RegistryOptions(
    boolean password,
    Optional<TestTls> tls,
    Optional<TokenServer> tokens,
    boolean deletes,
    boolean open) {
  public static final String USER = "tester";
  public static final String PASSWORD = "s3cret-pass";

  /** User and password in a form that registries read (bcrypt, cost 5). */
  static final String HTPASSWD =
      USER + ":$2y$05$abcdefghijklmnopqrstuuV7fpPozvyqJfnY19y0802WTlXUm6Rjy\n";

  /** Plain HTTP, open to all, deletes allowed. */
  public static RegistryOptions plain() {
    return new RegistryOptions(false, Optional.empty(), Optional.empty(), true, false);
  }

  public RegistryOptions withPassword() {
    return new RegistryOptions(true, tls, tokens, deletes, open);
  }

  public RegistryOptions withTls(TestTls keys) {
    return new RegistryOptions(password, Optional.of(keys), tokens, deletes, open);
  }

  public RegistryOptions withTokens(TokenServer server) {
    return new RegistryOptions(password, tls, Optional.of(server), deletes, open);
  }

  public RegistryOptions withoutDeletes() {
    return new RegistryOptions(password, tls, tokens, false, open);
  }

  /** Reachable for others than this machine's own processes. */
  public RegistryOptions forClusters() {
    return new RegistryOptions(password, tls, tokens, deletes, true);
  }

  String bindAddress() {
    return open ? "0.0.0.0" : "127.0.0.1";
  }
}
