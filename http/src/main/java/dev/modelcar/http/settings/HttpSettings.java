package dev.modelcar.http.settings;

import java.time.Duration;

/**
 * What all exchanges of a transport share.
 *
 * @param userAgent sent with every request
 * @param proxies the proxies, by destination
 * @param trust which certificates are trusted
 * @param connectTimeout for a TCP connection and, again, for a TLS handshake
 */
public record HttpSettings(
    String userAgent, ProxySettings proxies, TrustSettings trust, Duration connectTimeout) {

  /** No proxies, the trust of the system, 15 seconds. */
  public static HttpSettings standard(String userAgent) {
    return new HttpSettings(
        userAgent, ProxySettings.none(), TrustSettings.standard(), Duration.ofSeconds(15));
  }

  public HttpSettings with(ProxySettings newProxies) {
    return new HttpSettings(userAgent, newProxies, trust, connectTimeout);
  }

  public HttpSettings with(TrustSettings newTrust) {
    return new HttpSettings(userAgent, proxies, newTrust, connectTimeout);
  }
}
