package dev.modelcar.testkit.hub;

import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where a hub and its CDN listen, and by which names they are told. The names must differ, or
 * clients take the CDN for the hub and send it their token.
 *
 * @param bindAddress the interface to listen on
 * @param hubPort 0 for a free one
 * @param cdnPort 0 for a free one
 * @param tls what both speak TLS with
 */
public record HubAddress(
    String bindAddress,
    int hubPort,
    int cdnPort,
    String hubHost,
    String cdnHost,
    Optional<SSLContext> tls) {

  public HubAddress {
    if (hubHost.equals(cdnHost)) {
      throw new IllegalArgumentException("hub and CDN need different host names");
    }
  }

  /** The hub at 127.0.0.1, the CDN at localhost, on free ports. */
  public static HubAddress loopback() {
    return new HubAddress("127.0.0.1", 0, 0, "127.0.0.1", "localhost", Optional.empty());
  }

  /** On an interface that others can reach, under two names that they can resolve. */
  public static HubAddress on(String bindAddress, String hubHost, String cdnHost) {
    return new HubAddress(bindAddress, 0, 0, hubHost, cdnHost, Optional.empty());
  }

  public HubAddress withTls(SSLContext context) {
    return new HubAddress(bindAddress, hubPort, cdnPort, hubHost, cdnHost, Optional.of(context));
  }

  public HubAddress withPorts(int newHubPort, int newCdnPort) {
    return new HubAddress(bindAddress, newHubPort, newCdnPort, hubHost, cdnHost, tls);
  }

  String scheme() {
    return tls.isPresent() ? "https" : "http";
  }
}
