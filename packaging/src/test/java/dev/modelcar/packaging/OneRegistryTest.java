package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.source.Snapshot;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several targets in one registry: bytes are sent there once. */
final class OneRegistryTest {
  private static final GeneratedModel MODEL = GeneratedModel.llama(71, 3, 33L << 20);
  private static final long SLACK = 1 << 20;

  private final FakeHub hub = FakeHub.start();
  private final FakeRegistry registry = FakeRegistry.start();
  private final FakeRegistry other = FakeRegistry.start();
  private final Workbench bench = Workbench.open();

  @BeforeEach
  void publishModel() {
    hub.add("org/model", MODEL);
  }

  @AfterEach
  void close() {
    bench.close();
    registry.close();
    other.close();
    hub.close();
  }

  private ShipmentReport ship(String... places) {
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      return Shipper.to(bench.targets(places)).ship(Workbench.plan(snapshot));
    }
  }

  private String[] in(FakeRegistry one, String... names) {
    return Arrays.stream(names).map(name -> Workbench.in(one, name)).toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a/m:1 a/m:latest", "a/m:1 b/m:1 c/m:1", "a/m:1 a/m:1", "a/m:1 b/m:1 b/m:2"})
  void oneRegistryIsSentTheBytesOnce(String names) {
    String[] places = in(registry, names.split(" "));
    ShipmentReport report = ship(places);
    assertThat(report.isComplete()).isTrue();
    assertThat(registry.bytesReceived()).isBetween(MODEL.totalBytes(), MODEL.totalBytes() + SLACK);
    assertThat(report.bytesMoved()).isLessThan(MODEL.totalBytes() + SLACK);
    assertThat(report.bytesReused())
        .isGreaterThan((places.length - 1) * MODEL.totalBytes() - SLACK);
    for (String place : places) {
      try (Snapshot snapshot = bench.hub(hub, "org/model")) {
        assertThat(
                Workbench.succeed(Shipper.to(bench.targets(place)).ship(Workbench.plan(snapshot)))
                    .bytesMoved())
            .isZero();
      }
    }
  }

  @Test
  void whereNothingCanBeMountedEachIsSentItsOwnAndTheSourceIsReadOnceMore() {
    registry.faults().always(RegistryRequestKind.MOUNT, Fault.status(403));
    ShipmentReport report = ship(in(registry, "a/m:1", "b/m:1"));
    assertThat(report.isComplete()).isTrue();
    assertThat(registry.bytesReceived()).isGreaterThan(2 * MODEL.totalBytes());
    // Only the layers that were on their way when the first mount was refused are read again.
    assertThat(hub.bytesServed()).isLessThan(2 * MODEL.totalBytes() + 4 * SLACK);
    assertThat(registry.tags("b/m")).containsExactly("1");
  }

  @Test
  void whereNothingCanBeMountedTagsOfOneRepositoryStillShareIt() {
    registry.faults().always(RegistryRequestKind.MOUNT, Fault.status(403));
    ShipmentReport report = ship(in(registry, "a/m:1", "b/m:1", "b/m:2"));
    assertThat(report.isComplete()).isTrue();
    assertThat(registry.bytesReceived())
        .isBetween(2 * MODEL.totalBytes(), 2 * MODEL.totalBytes() + SLACK);
    assertThat(registry.tags("b/m")).containsExactly("1", "2");
  }

  @Test
  void othersInTheRegistryOfATargetThatFailsAreSentTheirOwn() {
    registry
        .faults()
        .add(
            RegistryRequestKind.UPLOAD_START,
            upload -> upload.contains("/a/m/"),
            0,
            100,
            Fault.status(403));
    List<String> places =
        List.of(
            Workbench.in(registry, "a/m:1"),
            Workbench.in(registry, "b/m:1"),
            Workbench.in(other, "c/m:1"));
    ShipmentReport report = ship(places.toArray(String[]::new));
    assertThat(report.targets())
        .extracting(target -> target.failure().isPresent())
        .containsExactly(true, false, false);
    assertThat(registry.tags("b/m")).containsExactly("1");
    assertThat(other.tags("c/m")).containsExactly("1");
  }
}
