package dev.modelcar.http.apache;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.impl.InMemoryDnsResolver;
import org.junit.jupiter.api.Test;

final class StickyDnsResolverTest {
  private static final InetAddress DEAD = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress ALIVE = InetAddress.ofLiteral("192.0.2.2");
  private static final InetAddress OTHER = InetAddress.ofLiteral("2001:db8::3");

  @Test
  void whatWasReachedLastComesFirst() throws UnknownHostException {
    InMemoryDnsResolver system = new InMemoryDnsResolver();
    system.add("registry.example", DEAD, ALIVE, OTHER);
    StickyDnsResolver addresses = new StickyDnsResolver(system);

    assertThat(addresses.resolve("registry.example")).containsExactly(DEAD, ALIVE, OTHER);
    addresses.reached(new InetSocketAddress(ALIVE, 443));
    assertThat(addresses.resolve("registry.example")).containsExactly(ALIVE, DEAD, OTHER);
    addresses.reached(new InetSocketAddress(OTHER, 443));
    assertThat(addresses.resolve("registry.example")).containsExactly(OTHER, ALIVE, DEAD);
    addresses.reached(new InetSocketAddress(ALIVE, 443));
    assertThat(addresses.resolve("registry.example")).containsExactly(ALIVE, OTHER, DEAD);
  }
}
