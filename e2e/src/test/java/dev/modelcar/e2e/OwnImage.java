package dev.modelcar.e2e;

import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RegistryOptions;
import dev.modelcar.testkit.RunningRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The image that modelcar packs of itself, in a registry from which the cluster pulls it. It is
 * made once for all tests of a run, for that takes longer than most of them.
 */
final class OwnImage implements AutoCloseable {
  private final Path folder;
  private final RunningRegistry registry;
  private final String reference;

  private OwnImage(Path folder, RunningRegistry registry, String reference) {
    this.folder = folder;
    this.registry = registry;
    this.reference = reference;
  }

  static OwnImage pack(String host) throws IOException {
    RealRegistry program = Programs.need(RealRegistry.Kind.DISTRIBUTION_2);
    Path folder = Files.createTempDirectory("modelcar-own-image-");
    RunningRegistry registry =
        program.start(folder.resolve("registry"), RegistryOptions.plain().forClusters());
    String name = host + ":" + registry.port() + "/tools/modelcar";
    Path root = Path.of(System.getProperty("modelcar.root")).normalize();
    String said =
        Programs.run(
            folder,
            root.resolve("modelcar").toString(),
            "dist",
            "image",
            "--to",
            "http://" + name + ":test");
    // By its digest: a node keeps what it once pulled under a tag, of an earlier run too.
    return new OwnImage(folder, registry, name + "@" + Modelcar.digest(said));
  }

  /** How the cluster calls it. */
  String reference() {
    return reference;
  }

  /** The registry that it is in, which has room for more. */
  RunningRegistry registry() {
    return registry;
  }

  @Override
  public void close() throws IOException {
    registry.close();
    Trees.delete(folder);
  }
}
