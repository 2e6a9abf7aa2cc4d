package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.OciError;
import dev.modelcar.packaging.build.ImageBuilder;
import dev.modelcar.packaging.layers.Memory;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceError;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image beside the files of its model. */
final class BuiltImageTest {
  private static final GeneratedModel MODEL = GeneratedModel.llama(51, 2, 33L << 20);

  @TempDir Path folder;
  private final FakeRegistry registry = FakeRegistry.start();
  private final Workbench bench = Workbench.open();
  private Path model;
  private Path recipe;

  @BeforeEach
  void writeModel() throws IOException {
    model = folder.resolve("model");
    recipe = folder.resolve("image");
    MODEL.writeTo(model);
  }

  @AfterEach
  void close() {
    bench.close();
    registry.close();
  }

  private Digest build() {
    try (Snapshot snapshot = bench.folder(model)) {
      return new ImageBuilder(Memory.none(), 2)
          .build(Workbench.plan(snapshot), model, recipe)
          .image();
    }
  }

  private String target() {
    return Workbench.in(registry, "team/model:1");
  }

  @Test
  void isTheImageOfAShipmentWithoutASecondCopy() throws IOException {
    Digest built = build();
    try (Stream<Path> files = Files.walk(recipe)) {
      long size =
          files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
      assertThat(size).isLessThan(MODEL.totalBytes() / 20);
    }
    ShipmentReport copied = bench.copy("recipe:" + recipe, target());
    assertThat(Workbench.failures(copied)).isEmpty();
    assertThat(copied.image()).isEqualTo(built);
    assertThat(bench.verifyDeeply(target()).isGood()).isTrue();
    try (Snapshot snapshot = bench.folder(model)) {
      ShipmentReport shipped =
          bench.ship(Workbench.plan(snapshot), "oci:" + folder.resolve("layout") + ":1");
      assertThat(shipped.image()).isEqualTo(built);
    }
  }

  @Test
  void refusesFilesThatAreNotThoseOfTheBuild() throws IOException {
    build();
    Path config = model.resolve("config.json");
    Files.setLastModifiedTime(config, FileTime.fromMillis(1));
    assertThatThrownBy(() -> bench.copy("recipe:" + recipe, target()))
        .hasMessageContaining("config.json")
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(SourceError.SOURCE_CHANGED));
    assertThat(registry.bytesReceived()).isZero();
  }

  @Test
  void bytesThatChangedUnseenAreFoundByTheDigest() throws IOException {
    build();
    Path shard;
    try (Stream<Path> files = Files.list(model)) {
      shard =
          files.filter(file -> file.toString().endsWith("2.safetensors")).findFirst().orElseThrow();
    }
    FileTime time = Files.getLastModifiedTime(shard);
    try (FileChannel channel = FileChannel.open(shard, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 1 << 20);
    }
    Files.setLastModifiedTime(shard, time);
    ShipmentReport report = null;
    try {
      report = bench.copy("recipe:" + recipe, target());
    } catch (ModelcarException e) {
      assertThat(e.code()).isIn(CoreError.CONTENT_MISMATCH, OciError.REGISTRY_CONTENT_MISMATCH);
    }
    assertThat(report == null || !report.isComplete()).isTrue();
    assertThat(registry.tags("team/model")).isEmpty();
  }

  @Test
  void aBuildThatFailsLeavesNoImageOfAnEarlierOne() throws IOException {
    build();
    try (Snapshot snapshot = bench.folder(model)) {
      LayerPlan plan = Workbench.plan(snapshot);
      Files.delete(model.resolve("config.json"));
      assertThatThrownBy(() -> new ImageBuilder(Memory.none(), 2).build(plan, model, recipe))
          .isInstanceOf(ModelcarException.class);
    }
    assertThatThrownBy(() -> bench.reader("recipe:" + recipe))
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).isEqualTo(OciError.IMAGE_NOT_FOUND));
  }
}
