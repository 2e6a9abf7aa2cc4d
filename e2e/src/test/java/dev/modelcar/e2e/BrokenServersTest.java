package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubAddress;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.net.Direction;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers and networks that fail under a shipment do not end it. */
final class BrokenServersTest {
  private final GeneratedModel model = GeneratedModel.llama(41, 3, 96L << 20);

  @TempDir private Path folder;

  private void assertRight(Modelcar modelcar, RunningRegistry registry, String digest)
      throws Exception {
    String image = registry.authority() + "/org/name:v1";
    assertThat(modelcar.run("verify", "--deep", "--plain-http", image)).contains(digest);
  }

  @ParameterizedTest
  @EnumSource
  void theRegistryIsKilledAndComesBack(RealRegistry.Kind kind) throws Exception {
    try (FakeHub hub = FakeHub.start();
        RunningRegistry registry = Programs.need(kind).start(folder.resolve("registry"));
        Shipping shipping = new Shipping(folder.resolve("home"), hub, registry, "org/name")) {
      hub.add("org/name", model);
      try (ChildProcess tool = shipping.start()) {
        for (int i = 1; i <= 2; i++) {
          assertThat(shipping.awaitSent(tool, i * model.totalBytes() / 4)).isTrue();
          registry.kill();
          registry.restart();
        }
        assertRight(Modelcar.in(folder.resolve("home")), registry, Shipping.finish(tool));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theNetworkIsCutAgainAndAgain(RealRegistry.Kind kind) throws Exception {
    Random random = new Random(17 + kind.name().hashCode());
    try (FakeHub hub = FakeHub.start();
        RunningRegistry registry = Programs.need(kind).start(folder.resolve("registry"));
        Shipping shipping = new Shipping(folder.resolve("home"), hub, registry, "org/name")) {
      hub.add("org/name", model);
      try (ChildProcess tool = shipping.start()) {
        for (int i = 0; i < Soak.amount(4, 40); i++) {
          if (!shipping.awaitSent(
              tool, shipping.sent() + random.nextLong(model.totalBytes() / 6))) {
            break;
          }
          shipping.link().cut();
        }
        assertRight(Modelcar.in(folder.resolve("home")), registry, Shipping.finish(tool));
      }
    }
  }

  /**
   * As a firewall does that forgets connections: nothing is said, nothing comes any more. The
   * registry inside crane takes one upload after the other, and waits for a silent one for ever.
   */
  @ParameterizedTest
  @EnumSource(names = "CRANE", mode = EnumSource.Mode.EXCLUDE)
  void everyConnectionFallsSilentAfterSomeMegabytes(RealRegistry.Kind kind) throws Exception {
    GeneratedModel small = GeneratedModel.llama(31, 1, 24L << 20);
    try (FakeHub hub = FakeHub.start();
        RunningRegistry registry = Programs.need(kind).start(folder.resolve("registry"));
        Shipping shipping = new Shipping(folder.resolve("home"), hub, registry, "org/name")) {
      hub.add("org/name", small);
      shipping.link().stallAfter(Direction.TO_SERVER, 3_000_000);
      try (ChildProcess tool = shipping.start()) {
        assertRight(Modelcar.in(folder.resolve("home")), registry, Shipping.finish(tool));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = "DISTRIBUTION_2")
  void theHubIsKilledAndComesBackWithOtherSignatures(RealRegistry.Kind kind) throws Exception {
    HubAddress address = HubAddress.loopback();
    FakeHub hub = FakeHub.start(address);
    address = address.withPorts(hub.endpoint().getPort(), hub.cdnServer().port());
    try (RunningRegistry registry = Programs.need(kind).start(folder.resolve("registry"));
        Shipping shipping = new Shipping(folder.resolve("home"), hub, registry, "org/name")) {
      hub.add("org/name", model);
      try (ChildProcess tool = shipping.start()) {
        for (int i = 1; i <= 2; i++) {
          assertThat(shipping.awaitSent(tool, i * model.totalBytes() / 4)).isTrue();
          hub.close();
          hub = FakeHub.start(address);
          hub.add("org/name", model);
        }
        assertRight(Modelcar.in(folder.resolve("home")), registry, Shipping.finish(tool));
      }
    } finally {
      hub.close();
    }
  }
}
