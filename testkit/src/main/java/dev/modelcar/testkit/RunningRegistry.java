package dev.modelcar.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** A real registry at work. For one thread at a time. */
public final class RunningRegistry implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ATTEMPTS = 3;

  private final RealRegistry registry;
  private final Path folder;
  private final RegistryOptions options;
  private final int port;
  private ChildProcess process;

  private RunningRegistry(
      RealRegistry registry, Path folder, RegistryOptions options, int port, ChildProcess process) {
    this.registry = registry;
    this.folder = folder;
    this.options = options;
    this.port = port;
    this.process = process;
  }

  static RunningRegistry start(RealRegistry registry, Path folder, RegistryOptions options)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      int port = options.open() ? FreePort.findBetween(5000, 5999) : FreePort.find();
      try {
        ChildProcess process = launch(registry, folder, options, port);
        return new RunningRegistry(registry, folder, options, port, process);
      } catch (IOException e) {
        // Somebody may have taken the port meanwhile.
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static ChildProcess launch(
      RealRegistry registry, Path folder, RegistryOptions options, int port) throws IOException {
    ChildProcess process = ChildProcess.start(RegistryCommand.of(registry, folder, options, port));
    try {
      process.awaitPort(port, PATIENCE);
      return process;
    } catch (IOException e) {
      process.close();
      throw e;
    }
  }

  public RealRegistry.Kind kind() {
    return registry.kind();
  }

  public int port() {
    return port;
  }

  /** Host and port, as they stand in a reference. */
  public String authority() {
    return "127.0.0.1:" + port;
  }

  public URI uri() {
    return URI.create((options.tls().isPresent() ? "https://" : "http://") + authority());
  }

  public long pid() {
    return process.pid();
  }

  /** What it has written since it was last started. */
  public String output() throws IOException {
    return process.output();
  }

  /** Ends it at once, in the middle of whatever it does. */
  public void kill() {
    process.kill();
  }

  /**
   * Starts it again on the same port and storage, after ending it if it still runs.
   *
   * @throws IOException if it does not start
   */
  public void restart() throws IOException {
    process.close();
    process = launch(registry, folder, options, port);
  }

  @Override
  public void close() {
    process.close();
  }
}
