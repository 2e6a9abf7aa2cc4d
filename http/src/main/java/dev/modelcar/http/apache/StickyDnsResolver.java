package dev.modelcar.http.apache;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Puts the addresses of a host in the order in which they were last reached. A host may have
 * addresses that swallow everything: the first connection waits for each of them in vain, the
 * others should not.
 */
final class StickyDnsResolver implements DnsResolver {
  private final DnsResolver system;
  private final AtomicLong clock = new AtomicLong();
  private final Map<InetAddress, Long> lastReached = new ConcurrentHashMap<>();

  StickyDnsResolver(DnsResolver system) {
    this.system = system;
  }

  void reached(SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      lastReached.put(inet.getAddress(), clock.incrementAndGet());
    }
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] addresses = system.resolve(host).clone();
    // Stable: those that were never reached stay as the system has them.
    Arrays.sort(
        addresses,
        Comparator.comparingLong((InetAddress address) -> -lastReached.getOrDefault(address, 0L)));
    return addresses;
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    return system.resolveCanonicalHostname(host);
  }
}
