package dev.modelcar.oci.registry.client;

import java.util.List;

/**
 * How a registry answers a visitor.
 *
 * @param profile what is known of its kind; it may turn out to be another when an upload begins
 * @param authentication the schemes by which it wants to know who is asking; empty if it does not
 * @param user where the credentials come from, for people
 */
public record RegistryGreeting(RegistryProfile profile, List<String> authentication, String user) {
  public RegistryGreeting {
    authentication = List.copyOf(authentication);
  }
}
