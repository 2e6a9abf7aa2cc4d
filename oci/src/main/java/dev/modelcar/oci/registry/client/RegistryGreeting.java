package dev.modelcar.oci.registry.client;

import java.util.List;

/**
 * What a registry reports on login.
 *
 * @param profile of its kind, as far as it is known before the first upload
 * @param authentication the authentication schemes that it offers; empty without authentication
 * @param user the credentials, for messages
 */
public record RegistryGreeting(RegistryProfile profile, List<String> authentication, String user) {
  public RegistryGreeting {
    authentication = List.copyOf(authentication);
  }
}
