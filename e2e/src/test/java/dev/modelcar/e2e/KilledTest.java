package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedModel;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Killed at any moment, the same command goes on, ends with the same image, and sends little twice.
 */
final class KilledTest {
  private static final int SHARDS = 4;
  private static final long SHARD = 128L << 20;
  private static final int KILLS_PER_SHIPMENT = 4;

  /** Manifests, small files, headers of requests. */
  private static final long BESIDE = 2L << 20;

  private final GeneratedModel model = GeneratedModel.llama(31, SHARDS, SHARD);

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void aKilledShipmentGoesOn(RealRegistry.Kind kind) throws Exception {
    RealRegistry program = Programs.need(kind);
    // What of an open layer is lost with the process that sent it.
    long lostPerLayer = kind == RealRegistry.Kind.DISTRIBUTION_3 ? 64L << 20 : SHARD;
    int seed = kind.name().hashCode();
    Random random = new Random(seed);
    int shipments = Soak.amount(2, 17);
    try (FakeHub hub = FakeHub.start()) {
      hub.add("org/name", model);
      String expected = digestOf(hub);
      for (int shipment = 0; shipment < shipments; shipment++) {
        Path place = folder.resolve("shipment-" + shipment);
        try (RunningRegistry registry = program.start(place.resolve("registry"));
            Shipping shipping = new Shipping(place.resolve("home"), hub, registry, "killed")) {
          int kills = kill(shipping, random);
          try (ChildProcess tool = shipping.start()) {
            assertThat(Shipping.finish(tool)).isEqualTo(expected);
          }
          assertThat(shipping.sent())
              .describedAs("bytes sent with %d kills (seed %d)", kills, seed)
              .isLessThan(
                  model.totalBytes()
                      + BESIDE
                      + kills * (Shipping.PARALLEL * lostPerLayer + BESIDE));
          Modelcar.in(place.resolve("home"))
              .run("verify", "--deep", "--plain-http", shipping.image(registry.authority()));
        }
        Trees.delete(place);
      }
    }
  }

  /** Kills at moments that are drawn from what the model still has to send. */
  private static int kill(Shipping shipping, Random random) throws Exception {
    for (int kills = 0; kills < KILLS_PER_SHIPMENT; kills++) {
      long more = random.nextLong(SHARDS * SHARD / KILLS_PER_SHIPMENT);
      try (ChildProcess tool = shipping.start()) {
        if (!shipping.awaitSent(tool, shipping.sent() + more)) {
          return kills;
        }
        tool.kill();
      }
    }
    return KILLS_PER_SHIPMENT;
  }

  /** The digest of a shipment that nothing happened to. */
  private String digestOf(FakeHub hub) throws Exception {
    Path layout = folder.resolve("undisturbed");
    String digest =
        Modelcar.in(folder.resolve("undisturbed-home"))
            .with(hub)
            .ship("hf://org/name", "--base", "none", "--to", "oci:" + layout + ":v1");
    Trees.delete(layout);
    return digest;
  }
}
