package dev.modelcar.oci.auth;

import dev.modelcar.core.ModelcarException;
import java.util.Set;

/**
 * For which registries an auth file has logins, without the logins.
 *
 * @param hosts with an entry that has credentials, or a helper; Docker Hub is {@code docker.io}
 * @param any whether a helper is asked for all other hosts, too
 */
public record LoginHosts(Set<String> hosts, boolean any) {
  public LoginHosts {
    hosts = Set.copyOf(hosts);
  }

  /**
   * Reads the content of an auth file, in any of its forms.
   *
   * @param origin for messages
   * @throws ModelcarException {@link dev.modelcar.oci.OciError#CREDENTIALS_INVALID} if it is none
   */
  public static LoginHosts of(String origin, byte[] content) {
    return AuthFile.parse(origin, content).hosts();
  }

  /** Whether there is a login for a registry. */
  public boolean has(String host) {
    return any || hosts.contains(host);
  }
}
