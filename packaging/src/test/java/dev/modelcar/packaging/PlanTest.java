package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.registry.client.RegistryProfile;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.packaging.layers.StoredBlob;
import dev.modelcar.packaging.plan.Base;
import dev.modelcar.packaging.plan.ImageDescription;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.packaging.plan.LayerPlanner;
import dev.modelcar.packaging.plan.Limits;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.source.ContentDigest;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SnapshotInfo;
import dev.modelcar.source.SourceReference;
import dev.modelcar.source.UnusableEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which files share a layer. No file is read: these have no content. */
final class PlanTest {
  private static final long SHARD = 4L << 30;

  /** Files of which only the names and sizes are known. */
  record Listed(List<ModelFile> files) implements Snapshot {
    @Override
    public SourceReference reference() {
      return new SourceReference.Folder(Path.of("listed"));
    }

    @Override
    public SnapshotInfo info() {
      return SnapshotInfo.unknown();
    }

    @Override
    public List<UnusableEntry> unusable() {
      return List.of();
    }

    @Override
    public void close() {}
  }

  private static ModelFile file(String path, long size) {
    ContentDigest content =
        new ContentDigest.Sha256(Sha256.of(path.getBytes(StandardCharsets.UTF_8)));
    return new ModelFile(
        path,
        size,
        Optional.of(content),
        Optional.empty(),
        offset -> {
          throw new AssertionError("nobody may read " + path);
        });
  }

  private static LayerPlan plan(List<ModelFile> files, Base base, Limits limits) {
    return LayerPlanner.within(limits)
        .plan(
            new Selection(new Listed(files), files, List.of(), List.of()),
            base,
            ImageDescription.of(SnapshotInfo.unknown()));
  }

  private static List<ModelFile> shards(int count, long size) {
    List<ModelFile> files = new ArrayList<>();
    files.add(file("README.md", 1000));
    files.add(file("config.json", 100));
    IntStream.rangeClosed(1, count)
        .forEach(i -> files.add(file(String.format(Locale.ROOT, "model-%05d", i), size)));
    files.add(file("tokenizer/vocab.txt", 100));
    return files;
  }

  static LayerPlan plan(int shards, long size, Limits limits) {
    return plan(shards(shards, size), Base.none(List.of(Workbench.AMD64)), limits);
  }

  private static List<String> paths(LayerPlan plan) {
    return plan.layers().stream()
        .flatMap(layer -> layer.files().stream())
        .map(ModelFile::path)
        .toList();
  }

  @Test
  void smallFilesLieBelowAndTheModelCardOnTop() {
    LayerPlan plan = plan(3, SHARD, Limits.standard());
    assertThat(plan.layers())
        .extracting(PlannedLayer::kind)
        .containsExactly(
            PlannedLayer.Kind.SMALL_FILES,
            PlannedLayer.Kind.WEIGHTS,
            PlannedLayer.Kind.WEIGHTS,
            PlannedLayer.Kind.WEIGHTS,
            PlannedLayer.Kind.MODEL_CARD);
    assertThat(plan.layers().getFirst().recipe().tarEntries())
        .extracting(entry -> entry.path())
        .containsExactly(
            "models", "models/tokenizer", "models/config.json", "models/tokenizer/vocab.txt");
    assertThat(plan.layers().get(1).recipe().tarEntries())
        .extracting(entry -> entry.path())
        .containsExactly("models/model-00001");
  }

  @ParameterizedTest
  @CsvSource({"98, 100", "99, 100", "150, 100", "163, 100", "1000, 100"})
  void neighboursShareLayersWhereThereAreTooMany(int shards, int layers) {
    LayerPlan plan = plan(shards, SHARD, Limits.standard());
    assertThat(plan.layers()).hasSizeLessThanOrEqualTo(layers).hasSizeGreaterThan(layers / 3);
    assertThat(paths(plan)).hasSize(shards + 3).doesNotHaveDuplicates();
    List<String> weights = paths(plan).stream().filter(p -> p.startsWith("model-")).toList();
    assertThat(weights).isSorted();
    long most = (shards + 97L) / 98;
    assertThat(plan.layers()).allMatch(layer -> layer.size() <= most * (SHARD + 2048) + 8192);
  }

  @Test
  void layersOfTheBaseCount() {
    Descriptor descriptor =
        Descriptor.of("application/vnd.oci.image.layer.v1.tar", Sha256.of(new byte[1]), 1);
    StoredBlob layer =
        new StoredBlob(descriptor, BlobContent.of("base", new byte[1]), Optional.empty());
    Base.BaseImage image =
        new Base.BaseImage(
            Workbench.AMD64, ImageConfig.empty(Workbench.AMD64), List.of(layer, layer, layer));
    Base base = new Base(Optional.empty(), Optional.empty(), List.of(image));
    LayerPlan plan = plan(shards(200, SHARD), base, Limits.standard());
    assertThat(plan.layers().size() + 3).isLessThanOrEqualTo(100);
    assertThatThrownBy(
            () -> plan(shards(2, SHARD), base, new Limits(4, OptionalLong.empty(), "somebody")))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(PackagingError.PLAN_OVER_LIMIT));
  }

  @Test
  void aLayerThatNoRegistryTakesIsRefused() {
    Limits limits =
        Limits.of(
            List.of(
                RegistryProfile.of(RegistryProfile.Kind.QUAY),
                RegistryProfile.of(RegistryProfile.Kind.GHCR),
                RegistryProfile.of(RegistryProfile.Kind.UNKNOWN)));
    assertThat(plan(2, 9_000_000_000L, limits).layers()).hasSize(4);
    assertThatThrownBy(() -> plan(2, 10_000_000_001L, limits))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(PackagingError.PLAN_OVER_LIMIT))
        .hasMessageContaining("model-00001")
        .hasMessageContaining("ghcr accepts layers of up to 9.3 GiB");
  }

  @Test
  void aPlanHasAnIdThatDependsOnItsContentAlone() {
    LayerPlan plan = plan(3, SHARD, Limits.standard());
    assertThat(plan.id()).isPresent().isEqualTo(plan(3, SHARD, Limits.standard()).id());
    assertThat(plan.id()).isNotEqualTo(plan(4, SHARD, Limits.standard()).id());
    assertThat(plan.id()).isNotEqualTo(plan(3, SHARD + 1, Limits.standard()).id());
  }
}
