package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubRequest;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistrySettings;
import dev.modelcar.testkit.registry.Storage;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes over the network, counted by the servers. */
final class TrafficTest {
  private static final long HEADERS_OF_WEIGHTS = 1 << 20;

  private final GeneratedModel model = GeneratedModel.llama(21, 4, 96 << 20);

  @TempDir private Path folder;

  @Test
  void everyByteIsFetchedAndSentOnce() throws Exception {
    try (FakeHub hub = FakeHub.start();
        FakeRegistry registry =
            FakeRegistry.start(RegistrySettings.defaults().withStorage(new Storage.Discarding()))) {
      hub.add("org/name", model);
      String target = "http://" + registry.authority() + "/org/name:v1";
      Modelcar modelcar = Modelcar.in(folder).with(hub);
      modelcar.ship("hf://org/name", "--base", "none", "--to", target);
      assertThat(hub.bytesServed() - model.totalBytes()).isBetween(0L, HEADERS_OF_WEIGHTS);
      assertThat(registry.bytesReceived() - model.totalBytes()).isBetween(0L, 1L << 20);
      assertThat(connections(hub)).isLessThan(32);

      hub.clearRequests();
      modelcar.ship("hf://org/name", "--base", "none", "--to", target);
      assertThat(hub.bytesServed()).isLessThan(HEADERS_OF_WEIGHTS);
    }
  }

  private static long connections(FakeHub hub) {
    return hub.requests(HubRequestKind.CDN).stream()
        .mapToLong(HubRequest::connection)
        .distinct()
        .count();
  }
}
