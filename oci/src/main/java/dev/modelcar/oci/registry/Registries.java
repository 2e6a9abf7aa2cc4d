package dev.modelcar.oci.registry;

import dev.modelcar.http.HttpTransport;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.registry.client.RegistryGreeting;
import dev.modelcar.oci.registry.client.RegistryHost;
import dev.modelcar.oci.registry.client.RegistrySettings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The registries of one run. What is learned of a registry (what it is, tokens, how long requests
 * may be) is shared by all its repositories. Closing ends all exchanges.
 */
public final class Registries implements AutoCloseable {
  private final RegistrySettings settings;
  private final HttpTransport transport;
  private final Map<String, RegistryHost> hosts = new ConcurrentHashMap<>();

  public Registries(RegistrySettings settings, HttpTransport transport) {
    this.settings = settings;
    this.transport = transport.scope();
  }

  /** A repository; nothing is asked of the registry yet. */
  public RegistryRepository repository(ImageReference.Registry reference) {
    return new RegistryRepository(host(reference.host(), reference.plainHttp()), reference);
  }

  /**
   * Asks a registry what it is, as whoever the credentials say.
   *
   * @throws dev.modelcar.core.ModelcarException if it is none, cannot be reached, or does not take
   *     the credentials
   */
  public RegistryGreeting greet(String name, boolean plainHttp) {
    ImageReference.Registry.checkHost(name);
    return host(name, plainHttp).greet();
  }

  private RegistryHost host(String name, boolean plainHttp) {
    return hosts.computeIfAbsent(
        (plainHttp ? "http://" : "https://") + name,
        key -> new RegistryHost(name, plainHttp, settings, transport));
  }

  @Override
  public void close() {
    transport.close();
  }
}
