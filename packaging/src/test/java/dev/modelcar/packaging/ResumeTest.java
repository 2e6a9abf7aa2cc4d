package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.reuse.journal.Journal;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.source.Snapshot;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.server.Headers;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another run goes on with the uploads that an earlier one left open. */
final class ResumeTest {
  private static final long SHARD = 80L << 20;
  private static final GeneratedModel MODEL = GeneratedModel.llama(61, 1, SHARD);

  @TempDir Path folder;
  private final FakeHub hub = FakeHub.start();
  private final FakeRegistry registry = FakeRegistry.start();
  private final FakeRegistry second = FakeRegistry.start();
  private final Workbench bench = Workbench.open();

  @BeforeEach
  void publishModel() {
    hub.add("org/model", MODEL);
  }

  @AfterEach
  void close() {
    bench.close();
    registry.close();
    second.close();
    hub.close();
  }

  private ShipmentReport ship(String... targets) {
    try (Snapshot snapshot = bench.hub(hub, "org/model");
        Journal journal = Journal.open(folder.resolve("state"), Instant.now(), note -> {})) {
      return Shipper.to(bench.targets(targets)).resuming(journal).ship(Workbench.plan(snapshot));
    }
  }

  private void refuse(RegistryRequestKind kind) {
    for (FakeRegistry one : new FakeRegistry[] {registry, second}) {
      one.faults().add(kind, 0, FaultPlan.ALWAYS, new Fault.Status(403, Headers.of(), ""));
    }
  }

  private void fails(String... targets) {
    assertThatThrownBy(() -> Workbench.succeed(ship(targets)))
        .isInstanceOf(ModelcarException.class);
    registry.faults().clear();
    second.faults().clear();
  }

  private String target(FakeRegistry one) {
    return Workbench.in(one, "team/model:1");
  }

  @Test
  void anUploadThatOnlyHadToBeClosedIsClosed() {
    refuse(RegistryRequestKind.UPLOAD_CLOSE);
    fails(target(registry));
    long sent = registry.bytesReceived();
    assertThat(sent).isGreaterThan(SHARD);
    ShipmentReport report = Workbench.succeed(ship(target(registry)));
    assertThat(registry.bytesReceived() - sent).as("nothing is sent again").isLessThan(1 << 20);
    assertThat(bench.verifyDeeply(target(registry)).isGood()).isTrue();
    assertThat(report.image()).isEqualTo(once());
  }

  @Test
  void anUploadThatBrokeGoesOnWhereTheRegistryHasIt() {
    // The header of the weights is read first, then ranges that grow.
    hub.faults()
        .add(HubRequestKind.CDN, 4, FaultPlan.ALWAYS, new Fault.Status(404, Headers.of(), ""));
    fails(target(registry), target(second));
    hub.faults().clear();
    long sent = registry.bytesReceived() + second.bytesReceived();
    ShipmentReport report = Workbench.succeed(ship(target(registry), target(second)));
    assertThat(registry.bytesReceived() + second.bytesReceived() - sent)
        .as("both go on")
        .isLessThan(2 * SHARD - (8L << 20));
    assertThat(report.image()).isEqualTo(once());
    assertThat(bench.verifyDeeply(target(second)).isGood()).isTrue();
  }

  private dev.modelcar.core.Digest once() {
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      return bench.ship(Workbench.plan(snapshot), "oci:" + folder.resolve("layout") + ":1").image();
    }
  }
}
