package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.packaging.plan.Base;
import dev.modelcar.packaging.plan.ImageDescription;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.packaging.plan.LayerPlanner;
import dev.modelcar.packaging.plan.Limits;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.reuse.PartInventory;
import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.source.Snapshot;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.registry.RegistrySettings;
import dev.modelcar.testkit.registry.Storage;
import dev.modelcar.testkit.server.Headers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several workers for one model, with nothing between them but the registry. */
final class PartsTest {
  private static final int SHARDS = 6;
  private static final long SHARD = 33L << 20;
  private static final GeneratedModel MODEL = GeneratedModel.llama(41, SHARDS, SHARD);
  private static final int PARTS = 3;

  private final FakeHub hub = FakeHub.start();
  private final FakeRegistry registry = FakeRegistry.start();
  private final Workbench bench = Workbench.open();

  @TempDir Path folder;

  @BeforeEach
  void publishModel() {
    hub.add("org/model", MODEL);
  }

  @AfterEach
  void close() {
    bench.close();
    registry.close();
    hub.close();
  }

  private String target() {
    return Workbench.in(registry, "team/model:1");
  }

  private ShipmentReport part(Part part) {
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      return Workbench.succeed(
          Shipper.to(bench.targets(target())).shipPart(Workbench.plan(snapshot), part));
    }
  }

  private ShipmentReport seal(int parts) {
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      return Workbench.succeed(
          Shipper.to(bench.targets(target())).seal(Workbench.plan(snapshot), parts));
    }
  }

  private void assertMissing(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String word) {
    assertThatThrownBy(call)
        .hasMessageContaining(word)
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(PackagingError.PARTS_MISSING));
    assertThat(registry.tags("team/model")).doesNotContain("1");
  }

  @Test
  void partsTogetherAreTheImageOfOneShipment() {
    for (Part part : Part.all(PARTS)) {
      part(part);
    }
    assertThat(registry.tags("team/model")).hasSize(PARTS).allMatch(t -> t.contains("-of-3"));
    long served = hub.bytesServed();
    ShipmentReport sealed = seal(PARTS);
    assertThat(hub.bytesServed() - served).as("no weights are read").isLessThan(2 << 20);
    assertThat(registry.tags("team/model")).as("receipts are gone").containsExactly("1");
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      ShipmentReport once =
          bench.ship(Workbench.plan(snapshot), "oci:" + folder.resolve("l") + ":1");
      assertThat(sealed.image()).isEqualTo(once.image());
    }
    assertThat(seal(PARTS).image())
        .as("again, though the parts are gone")
        .isEqualTo(sealed.image());
  }

  /** Rights to push need no right to list tags. */
  @Test
  void whoMayNotListTagsSealsAllTheSame() {
    registry.faults().always(RegistryRequestKind.TAGS, Fault.status(403));
    part(new Part(1, PARTS));
    assertMissing(() -> seal(PARTS), "part 2/3 is missing");
    part(new Part(2, PARTS));
    part(new Part(3, PARTS));
    long sent = registry.bytesReceived();
    seal(PARTS);
    part(new Part(1, PARTS));
    assertThat(registry.bytesReceived() - sent).as("no weights are sent").isLessThan(1 << 20);
    assertThat(registry.tags("team/model")).contains("1");
  }

  /** As when two runs ship into one repository: another image has all that a part is of. */
  @Test
  void whoLooksAfterAnotherImageLeavesPartsToThoseWhoSealThem() {
    for (Part part : Part.all(PARTS)) {
      part(part);
    }
    String other = Workbench.in(registry, "team/model:other");
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      Workbench.succeed(bench.ship(Workbench.plan(snapshot), other));
    }
    PartInventory inventory = new PartInventory(bench.targets(other).getFirst());
    assertThat(inventory.clean()).isZero();
    assertThat(inventory.parts()).hasSize(PARTS);
    seal(PARTS);
    assertThat(registry.tags("team/model")).containsExactlyInAnyOrder("1", "other");
  }

  @Test
  void partsStayWhileATagOfTheirRepositoryLacksItsImage() {
    for (Part part : Part.all(PARTS)) {
      part(part);
    }
    registry
        .faults()
        .add(
            RegistryRequestKind.MANIFEST_PUT,
            put -> put.endsWith("/manifests/latest"),
            0,
            1,
            Fault.status(403));
    String latest = Workbench.in(registry, "team/model:latest");
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      ShipmentReport report =
          Shipper.to(bench.targets(target(), latest)).seal(Workbench.plan(snapshot), PARTS);
      assertThat(report.targets())
          .extracting(target -> target.failure().isPresent())
          .containsExactly(false, true);
      Workbench.succeed(Shipper.to(bench.targets(latest)).seal(Workbench.plan(snapshot), PARTS));
    }
    assertThat(registry.tags("team/model")).containsExactlyInAnyOrder("1", "latest");
  }

  @Test
  void everyLayerIsInExactlyOnePartAndPartsAreBalanced() {
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      LayerPlan plan = Workbench.plan(snapshot);
      Set<String> seen = new HashSet<>();
      List<Long> sizes = new ArrayList<>();
      for (Part part : Part.all(PARTS)) {
        List<PlannedLayer> layers = part.layersOf(plan);
        layers.forEach(layer -> assertThat(seen.add(layer.name())).isTrue());
        sizes.add(layers.stream().mapToLong(PlannedLayer::size).sum());
      }
      assertThat(seen).hasSameSizeAs(plan.layers());
      long most = sizes.stream().max(Long::compare).orElseThrow();
      long least = sizes.stream().min(Long::compare).orElseThrow();
      assertThat((double) least / most).isGreaterThan(0.95);
    }
  }

  @Test
  void sealsNothingWhileAPartIsMissing() {
    part(new Part(1, PARTS));
    part(new Part(3, PARTS));
    assertMissing(() -> seal(PARTS), "part 2/3 is missing");
    part(new Part(2, PARTS));
    assertThat(seal(PARTS).isComplete()).isTrue();
  }

  @Test
  void partsOfAnotherRevisionAreForeign() {
    for (Part part : Part.all(PARTS)) {
      part(part);
    }
    hub.add("org/model", MODEL.withChangedShard(1, 99));
    assertMissing(() -> seal(PARTS), "another plan or revision");
  }

  @Test
  void anotherNumberOfPartsIsAnotherDivision() {
    for (Part part : Part.all(PARTS)) {
      part(part);
    }
    assertMissing(() -> seal(2), "part 1/2 is missing");
  }

  /** Workers are many, and the Hub counts questions. */
  @Test
  void aWorkerAsksTheHubForNothingButItsOwnFiles() {
    LayerPlan whole;
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      whole = Workbench.plan(snapshot);
    }
    hub.clearRequests();
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      LayerPlan trusting =
          LayerPlanner.within(Limits.standard())
              .plan(
                  SelectionPolicy.serving().withWeightsProven().select(snapshot),
                  Base.none(List.of(Workbench.AMD64)),
                  ImageDescription.of(snapshot.info()));
      assertThat(trusting.id()).isEqualTo(whole.id());
      assertThat(hub.requests(HubRequestKind.CDN)).as("no weight is looked at").isEmpty();
    }
  }

  @Test
  void aPartAgainSendsNothing() {
    part(new Part(1, PARTS));
    long sent = registry.bytesReceived();
    ShipmentReport again = part(new Part(1, PARTS));
    assertThat(again.bytesMoved()).isZero();
    assertThat(registry.bytesReceived() - sent).isZero();
  }

  @Test
  void aFolderHasNoPartsForItsDigestsAreNotKnown() throws Exception {
    GeneratedModel small = GeneratedModel.llama(1, 1, 1 << 20);
    small.writeTo(folder.resolve("model"));
    try (Snapshot snapshot = bench.folder(folder.resolve("model"))) {
      LayerPlan plan = Workbench.plan(snapshot);
      assertThatThrownBy(() -> Shipper.to(bench.targets(target())).shipPart(plan, new Part(1, 2)))
          .hasMessageContaining("digests");
    }
  }

  @Test
  void receiptsTellAnotherMachineWhatHasArrived() {
    hub.add("org/large", GeneratedModel.llama(43, 4, 180L << 20));
    try (FakeRegistry sink =
            FakeRegistry.start(RegistrySettings.defaults().withStorage(new Storage.Discarding()));
        Snapshot snapshot = bench.hub(hub, "org/large")) {
      // Three shards arrive, then their receipt; what comes after that does not.
      sink.faults()
          .add(
              RegistryRequestKind.UPLOAD_PATCH,
              upload -> !sink.tags("team/large").isEmpty(),
              0,
              FaultPlan.ALWAYS,
              new Fault.Status(403, Headers.of(), ""));
      LayerPlan plan = Workbench.plan(snapshot);
      String place = Workbench.in(sink, "team/large:1");
      assertThat(isShipped(Shipper.to(bench.targets(place)).leavingReceipts().parallel(1), plan))
          .isFalse();
      assertThat(sink.tags("team/large")).singleElement().asString().endsWith("-1-of-1");

      sink.faults().clear();
      ShipmentReport again = Shipper.to(bench.targets(place)).leavingReceipts().ship(plan);
      assertThat(again.isComplete()).isTrue();
      assertThat(again.bytesMoved()).isLessThan(2 * (180L << 20));
      assertThat(again.bytesReused()).isGreaterThan(3 * (180L << 20));
    }
  }

  @Test
  void aShipmentThatEndsEarlyLeavesAReceiptOfAllThatHasArrived() {
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      LayerPlan plan = Workbench.plan(snapshot);
      // Two shards come, and then the source is at its end.
      String last = MODEL.file("model-00003-of-00006.safetensors").sha256();
      hub.faults()
          .add(
              HubRequestKind.CDN,
              request -> request.contains(last),
              0,
              FaultPlan.ALWAYS,
              new Fault.Status(404, Headers.of(), ""));
      assertThatThrownBy(
              () -> Shipper.to(bench.targets(target())).leavingReceipts().parallel(1).ship(plan))
          .isInstanceOf(ModelcarException.class);
      assertThat(registry.tags("team/model")).singleElement().asString().endsWith("-1-of-1");

      hub.faults().clear();
      ShipmentReport again = Shipper.to(bench.targets(target())).leavingReceipts().ship(plan);
      assertThat(again.isComplete()).isTrue();
      assertThat(again.bytesReused()).isGreaterThan(2 * SHARD);
    }
  }

  /** Where a layer was never read nothing is known of the image, and there is no report. */
  private static boolean isShipped(Shipper shipper, LayerPlan plan) {
    try {
      return shipper.ship(plan).isComplete();
    } catch (ModelcarException e) {
      return false;
    }
  }
}
