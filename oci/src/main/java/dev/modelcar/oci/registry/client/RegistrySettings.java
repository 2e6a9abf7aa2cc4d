package dev.modelcar.oci.registry.client;

import dev.modelcar.http.RetryListener;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.Timeouts;
import dev.modelcar.oci.auth.CredentialSource;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/**
 * How registries are talked to.
 *
 * @param credentials who we are
 * @param retryPolicy how failures that pass are outlasted
 * @param retryListener hears of waits that belong to no blob
 * @param timeouts with silent connections
 * @param profiles what the user says that a registry is, by its host, whatever it looks like
 * @param clock tells when tokens end
 */
public record RegistrySettings(
    CredentialSource credentials,
    RetryPolicy retryPolicy,
    RetryListener retryListener,
    Timeouts timeouts,
    Function<String, Optional<RegistryProfile>> profiles,
    InstantSource clock) {

  /** Nobody in particular, with the usual timeouts. */
  public static RegistrySettings standard() {
    return new RegistrySettings(
        CredentialSource.none(),
        RetryPolicy.standard(),
        RetryListener.none(),
        Timeouts.STANDARD,
        host -> Optional.empty(),
        InstantSource.system());
  }

  public RegistrySettings with(CredentialSource newCredentials) {
    return new RegistrySettings(
        newCredentials, retryPolicy, retryListener, timeouts, profiles, clock);
  }

  public RegistrySettings with(RetryPolicy newPolicy) {
    return new RegistrySettings(credentials, newPolicy, retryListener, timeouts, profiles, clock);
  }
}
