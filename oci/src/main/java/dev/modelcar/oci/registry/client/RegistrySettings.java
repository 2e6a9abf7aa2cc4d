package dev.modelcar.oci.registry.client;

import dev.modelcar.http.RetryListener;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.Timeouts;
import dev.modelcar.oci.auth.CredentialSource;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/**
 * Settings for all registries.
 *
 * @param credentials by host and repository
 * @param retryPolicy for transient failures
 * @param retryListener notified of waits outside of blobs
 * @param timeouts for silent connections
 * @param profiles by host, instead of the detected ones
 * @param clock for the life of tokens
 * @param loginAdvice by host: what to do about credentials that are missing or rejected, where
 *     there is more to say than the usual
 */
public record RegistrySettings(
    CredentialSource credentials,
    RetryPolicy retryPolicy,
    RetryListener retryListener,
    Timeouts timeouts,
    Function<String, Optional<RegistryProfile>> profiles,
    InstantSource clock,
    Function<String, Optional<String>> loginAdvice) {

  /** Anonymous, with the usual timeouts. */
  public static RegistrySettings standard() {
    return new RegistrySettings(
        CredentialSource.none(),
        RetryPolicy.standard(),
        RetryListener.none(),
        Timeouts.STANDARD,
        host -> Optional.empty(),
        InstantSource.system(),
        host -> Optional.empty());
  }

  public RegistrySettings with(CredentialSource newCredentials) {
    return new RegistrySettings(
        newCredentials, retryPolicy, retryListener, timeouts, profiles, clock, loginAdvice);
  }

  public RegistrySettings with(RetryPolicy newPolicy) {
    return new RegistrySettings(
        credentials, newPolicy, retryListener, timeouts, profiles, clock, loginAdvice);
  }
}
