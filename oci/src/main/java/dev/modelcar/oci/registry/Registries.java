package dev.modelcar.oci.registry;

import dev.modelcar.http.HttpTransport;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.registry.client.RegistryGreeting;
import dev.modelcar.oci.registry.client.RegistryHost;
import dev.modelcar.oci.registry.client.RegistrySettings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The registries of one run. What is learned of a registry (its kind, tokens, limits of requests)
 * is shared by all its repositories. Closing ends all exchanges.
 */
public final class Registries implements AutoCloseable {
  private final RegistrySettings settings;
  private final HttpTransport transport;
  private final Map<String, RegistryHost> hosts = new ConcurrentHashMap<>();

  public Registries(RegistrySettings settings, HttpTransport transport) {
    this.settings = settings;
    this.transport = transport.scope();
  }

  /** A repository; sends no request yet. */
  public RegistryRepository repository(ImageReference.Registry reference) {
    return new RegistryRepository(host(reference.host(), reference.plainHttp()), reference);
  }

  /**
   * Connects and logs in to a registry.
   *
   * @throws dev.modelcar.core.ModelcarException if it is not a registry, cannot be reached, or
   *     rejects the credentials
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
