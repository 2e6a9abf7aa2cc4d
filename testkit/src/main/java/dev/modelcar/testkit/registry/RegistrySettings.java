package dev.modelcar.testkit.registry;

import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How a registry starts.
 *
 * @param bindAddress the interface to listen on
 * @param port 0 for a free one
 * @param tls what to speak TLS with; without it the registry is plain
 */
public record RegistrySettings(
    String bindAddress,
    int port,
    Optional<SSLContext> tls,
    Storage storage,
    RegistryAuth auth,
    Habits habits) {

  /** Plain and open on a free port of 127.0.0.1, in memory, to the letter of the specification. */
  public static RegistrySettings defaults() {
    return new RegistrySettings(
        "127.0.0.1",
        0,
        Optional.empty(),
        new Storage.Memory(),
        new RegistryAuth.Open(),
        Habits.standard());
  }

  public RegistrySettings on(String newBindAddress, int newPort) {
    return new RegistrySettings(newBindAddress, newPort, tls, storage, auth, habits);
  }

  public RegistrySettings withTls(SSLContext context) {
    return new RegistrySettings(bindAddress, port, Optional.of(context), storage, auth, habits);
  }

  public RegistrySettings withStorage(Storage other) {
    return new RegistrySettings(bindAddress, port, tls, other, auth, habits);
  }

  public RegistrySettings withAuth(RegistryAuth other) {
    return new RegistrySettings(bindAddress, port, tls, storage, other, habits);
  }

  public RegistrySettings withHabits(Habits other) {
    return new RegistrySettings(bindAddress, port, tls, storage, auth, other);
  }
}
