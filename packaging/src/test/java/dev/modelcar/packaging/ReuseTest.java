package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.oci.image.Verification;
import dev.modelcar.oci.layout.OciLayout;
import dev.modelcar.packaging.plan.Base;
import dev.modelcar.packaging.plan.Bases;
import dev.modelcar.packaging.transfer.ShipmentPreview;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.source.Snapshot;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.Habits;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has arrived is not sent again, and what is known is not read. */
final class ReuseTest {
  private static final int SHARDS = 3;
  private static final long SHARD = 34L << 20;
  private static final GeneratedModel MODEL = GeneratedModel.llama(31, SHARDS, SHARD);

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

  private ShipmentReport ship(Base base, String... targets) {
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      ShipmentReport report = bench.ship(Workbench.plan(snapshot, base), targets);
      assertThat(Workbench.failures(report)).isEmpty();
      return report;
    }
  }

  private ShipmentReport ship(String... targets) {
    return ship(Base.none(List.of(Workbench.AMD64)), targets);
  }

  private String target(String tag) {
    return Workbench.in(registry, "team/model:" + tag);
  }

  @Test
  void whereTagsCannotBeListedTheTagItselfIsLookedAt() {
    registry.faults().always(RegistryRequestKind.TAGS, Fault.status(403));
    ship(target("1"));
    long served = hub.bytesServed();
    assertThat(ship(target("1")).bytesMoved()).isZero();
    assertThat(hub.bytesServed() - served).as("only headers are read").isLessThan(2 << 20);
  }

  @Test
  void theSameModelAgainMovesNothing() {
    ShipmentReport first = ship(target("1"));
    assertThat(first.bytesMoved()).isGreaterThan(SHARDS * SHARD);
    long sent = registry.bytesReceived();
    long served = hub.bytesServed();

    ShipmentReport second = ship(target("1"));
    assertThat(second.image()).isEqualTo(first.image());
    assertThat(second.bytesMoved()).isZero();
    assertThat(second.layers()).noneMatch(ShipmentReport.LayerOutcome::read);
    assertThat(registry.bytesReceived()).isEqualTo(sent);
    assertThat(hub.bytesServed() - served).as("only headers are read").isLessThan(2 << 20);

    assertThat(ship(target("another-tag")).bytesMoved()).isZero();
    assertThat(registry.tags("team/model")).containsExactly("1", "another-tag");
  }

  /** Nobody remembers the folder's digests, but the registry has an image of the same shape. */
  @Test
  void aFolderWithoutAJournalIsReadAndNotSentAgain() throws IOException {
    MODEL.writeTo(folder.resolve("model"));
    try (Snapshot snapshot = bench.folder(folder.resolve("model"))) {
      ShipmentReport first = bench.ship(Workbench.plan(snapshot), target("1"));
      long sent = registry.bytesReceived();
      ShipmentReport second = bench.ship(Workbench.plan(snapshot), target("1"));
      assertThat(second.image()).isEqualTo(first.image());
      assertThat(second.bytesMoved()).isZero();
      assertThat(registry.bytesReceived()).isEqualTo(sent);
    }
    MODEL.withChangedShard(2, 99).writeTo(folder.resolve("model"));
    try (Snapshot snapshot = bench.folder(folder.resolve("model"))) {
      ShipmentReport third = bench.ship(Workbench.plan(snapshot), target("2"));
      assertThat(third.bytesMoved()).isBetween(SHARD, SHARD + 8192);
    }
  }

  @Test
  void oneChangedShardMovesOneLayer() {
    ship(target("1"));
    hub.add("org/model", MODEL.withChangedShard(2, 99));
    ShipmentReport second = ship(target("2"));
    assertThat(second.layers())
        .filteredOn(ShipmentReport.LayerOutcome::read)
        .extracting(ShipmentReport.LayerOutcome::name)
        .containsExactly("model-00002-of-00003.safetensors");
    assertThat(second.bytesMoved()).isBetween(SHARD, SHARD + 8192);
  }

  @Test
  void aNewBaseMovesNoLayerOfTheModel() throws IOException {
    ship(target("1"));
    Path rootfs = folder.resolve("rootfs");
    Files.createDirectories(rootfs.resolve("bin"));
    Files.writeString(rootfs.resolve("bin/tool"), "#!/bin/true\n");
    Base base = new Bases(bench::readerOf, List.of(Workbench.AMD64)).resolve("dir:" + rootfs);
    ShipmentReport second = ship(base, target("2"));
    assertThat(second.layers())
        .filteredOn(ShipmentReport.LayerOutcome::read)
        .extracting(ShipmentReport.LayerOutcome::name)
        .containsExactly("root folder");
    assertThat(second.bytesMoved()).isLessThan(16 << 10);
  }

  /** What the registry has lost is found out, and only that is sent again. */
  @Test
  void aLayerThatVanishedMovesAgain() {
    ShipmentReport first = ship(target("1"));
    var lost =
        first.layers().stream()
            .filter(layer -> layer.name().equals("model-00003-of-00003.safetensors"))
            .findFirst()
            .orElseThrow();
    registry.forgetBlob(lost.descriptor().digest().toString());
    ShipmentReport second = ship(target("1"));
    assertThat(second.image()).isEqualTo(first.image());
    assertThat(second.layers())
        .filteredOn(ShipmentReport.LayerOutcome::read)
        .containsExactly(new ShipmentReport.LayerOutcome(lost.name(), lost.descriptor(), true));
  }

  /** One image that cannot be read does not hide what the others know. */
  @Test
  void brokenImagesInTheRepositoryDoNoHarm() {
    ship(target("2"));
    for (String tag : List.of("0", "1", "3")) {
      registry.injectManifest(
          "team/model",
          tag,
          "application/vnd.oci.image.manifest.v1+json",
          Content.of("{\"schemaVersion\":2,\"tag\":\"" + tag + "\"}"));
    }
    assertThat(ship(target("4")).bytesMoved()).isZero();
  }

  @Test
  void severalTargetsGetTheSameBytesFromOneRead() throws IOException {
    try (FakeRegistry other = FakeRegistry.start(Habits.zot())) {
      String layout = "oci:" + folder.resolve("layout") + ":1";
      String archive = "oci-archive:" + folder.resolve("image.tar") + ":1";
      String second = Workbench.in(other, "m/n:1");
      ShipmentReport report = ship(target("1"), second, layout, archive);
      assertThat(hub.bytesServed())
          .as("one read, but for what was on its way when a reader asked for other ranges")
          .isLessThan(MODEL.totalBytes() * 3 / 2);
      for (String place : List.of(target("1"), second, layout, archive)) {
        Verification found = bench.verifyDeeply(place);
        assertThat(found.problems()).isEmpty();
        assertThat(found.image()).isEqualTo(report.image());
      }
    }
  }

  @Test
  void layersOfABaseInTheSameRegistryAreMounted() throws IOException {
    Path rootfs = folder.resolve("rootfs");
    Files.createDirectories(rootfs.resolve("bin"));
    Files.write(rootfs.resolve("bin/tool"), new byte[8 << 20]);
    Bases bases = new Bases(bench::readerOf, List.of(Workbench.AMD64));
    GeneratedModel.llama(33, 1, 1 << 20).writeTo(folder.resolve("other"));
    try (Snapshot other = bench.folder(folder.resolve("other"))) {
      bench.ship(
          Workbench.plan(other, bases.resolve("dir:" + rootfs)),
          Workbench.in(registry, "base/image:1"));
    }
    long before = registry.bytesReceived();
    ShipmentReport report =
        ship(bases.resolve(Workbench.in(registry, "base/image:1")), target("1"));
    assertThat(report.layers()).hasSize(3 + SHARDS + 2);
    assertThat(registry.requests(RegistryRequestKind.MOUNT)).hasSize(3);
    assertThat(registry.bytesReceived() - before)
        .as("the model, and nothing of the base")
        .isLessThan(MODEL.totalBytes() + (1 << 20));
  }

  @Test
  void aPreviewMovesNothingAndSaysWhatWould() {
    ship(target("1"));
    hub.add("org/model", MODEL.withChangedShard(1, 98));
    long sent = registry.bytesReceived();
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      ShipmentPreview preview =
          Shipper.to(bench.targets(target("2"), Workbench.in(registry, "other/model:1")))
              .preview(Workbench.plan(snapshot));
      assertThat(preview.lackedBy(0)).isBetween(SHARD, SHARD + 8192);
      assertThat(preview.lackedBy(1)).isGreaterThan(SHARDS * SHARD);
    }
    assertThat(registry.bytesReceived()).isEqualTo(sent);
    assertThat(registry.requests(RegistryRequestKind.UPLOAD_START)).hasSize(6);
  }

  /** Three hundred files cost one request a page, and at most two for each file of weights. */
  @Test
  void aPlanAsksForLittle() {
    GeneratedModel large = GeneratedModel.llama(32, 40, 64 << 10);
    for (int i = 0; i < 260; i++) {
      large = large.withFile(String.format(Locale.ROOT, "extra/%03d.json", i), Content.of("{}"));
    }
    hub.add("org/large", large).branch("many", hub.repository("org/large").head("main"));
    hub.pageSize(100).clearRequests();
    try (Snapshot snapshot = bench.hub(hub, "org/large")) {
      assertThat(Workbench.plan(snapshot).selection().files()).hasSizeGreaterThan(300);
    }
    assertThat(hub.requests(HubRequestKind.REVISION)).hasSize(1);
    assertThat(hub.requests(HubRequestKind.TREE)).hasSize((large.files().size() + 1 + 99) / 100);
    assertThat(hub.requests(HubRequestKind.RESOLVE_GET))
        .filteredOn(request -> request.target().endsWith(".safetensors"))
        .hasSizeLessThanOrEqualTo(40);
    assertThat(hub.requests(HubRequestKind.CDN)).hasSizeLessThanOrEqualTo(40);
  }

  @Test
  void aLayoutKeepsWhatItHas() {
    String place = "oci:" + folder.resolve("layout");
    ship(place + ":1");
    hub.add("org/model", MODEL.withChangedShard(2, 97));
    ship(place + ":2");
    assertThat(bench.reader(place)).isInstanceOf(OciLayout.class);
    assertThat(bench.reader(place).tags()).containsExactly("1", "2");
    assertThat(bench.verifyDeeply(place + ":1").problems()).isEmpty();
    assertThat(bench.verifyDeeply(place + ":2").problems()).isEmpty();
  }
}
