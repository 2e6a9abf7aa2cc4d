package dev.modelcar.testkit.registry;

import java.util.function.Predicate;
import java.util.function.Supplier;

/** Whom a registry lets in. */
public sealed interface RegistryAuth {
  /** Everybody. */
  record Open() implements RegistryAuth {}

  /** One user by name and password. */
  record Basic(String user, String password) implements RegistryAuth {}

  /** Whoever has a token of this server that allows what is asked. */
  record Bearer(TokenServer server) implements RegistryAuth {}

  /**
   * Whoever has a token that is good, as OpenShift's registry takes it: as Bearer, or as the
   * password of any user. What fails is answered with a Basic challenge, never with a token server.
   *
   * @param isGood asked for every request; OpenShift asks the API server
   */
  record OpenShift(Predicate<String> isGood) implements RegistryAuth {
    /** Only one token is good, but which may change. */
    public static OpenShift currently(Supplier<String> token) {
      return new OpenShift(given -> given.equals(token.get()));
    }
  }
}
