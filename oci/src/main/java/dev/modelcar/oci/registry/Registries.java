package dev.modelcar.oci.registry;

import dev.modelcar.http.HttpTransport;
import dev.modelcar.oci.ImageReference;
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
    String key = (reference.plainHttp() ? "http://" : "https://") + reference.host();
    RegistryHost host =
        hosts.computeIfAbsent(
            key,
            k -> new RegistryHost(reference.host(), reference.plainHttp(), settings, transport));
    return new RegistryRepository(host, reference);
  }

  @Override
  public void close() {
    transport.close();
  }
}
