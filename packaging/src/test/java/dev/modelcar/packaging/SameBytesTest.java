package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.packaging.fetch.ModelFetcher;
import dev.modelcar.packaging.layers.Compression;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.packaging.plan.Base;
import dev.modelcar.packaging.plan.ImageDescription;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.packaging.plan.LayerPlanner;
import dev.modelcar.packaging.plan.Limits;
import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.packaging.transfer.ShipmentListener;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.source.Snapshot;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same model gives the same image, on every machine and every day. The digests below change
 * only on purpose: with them, every layer of every user moves again.
 */
final class SameBytesTest {
  private static final String SMALL_IMAGE =
      "sha256:ca1057ab17335ea03b66d9671bc57d3c2c5628dd8aa394b7e8c97c4a22bbd9fd";
  private static final String LARGE_IMAGE =
      "sha256:e2abe33c375f1b659b8bf67d790ca172f73dbb9276b9b35cf344de3040a49444";
  private static final String HUB_IMAGE =
      "sha256:252d044b6b516ea0815536466904416c51ab3a173e71cb73a9cb14a915f661ae";

  private static final GeneratedModel SMALL = GeneratedModel.llama(11, 2, 64 << 10);
  private static final GeneratedModel LARGE = GeneratedModel.llama(12, 3, 33 << 20);

  private final Locale locale = Locale.getDefault();
  private final TimeZone zone = TimeZone.getDefault();

  @TempDir Path folder;

  @AfterEach
  void restore() {
    Locale.setDefault(locale);
    TimeZone.setDefault(zone);
  }

  private String digest(GeneratedModel model, int parallel) throws IOException {
    Path source = folder.resolve("model");
    if (!Files.exists(source)) {
      model.writeTo(source);
    }
    try (Workbench bench = Workbench.open();
        Snapshot snapshot = bench.folder(source)) {
      Path layout = Files.createTempDirectory(folder, "layout");
      ShipmentReport report =
          Shipper.to(bench.targets("oci:" + layout + ":1"))
              .parallel(parallel)
              .ship(Workbench.plan(snapshot));
      assertThat(Workbench.failures(report)).isEmpty();
      assertThat(bench.verifyDeeply("oci:" + layout + ":1").problems()).isEmpty();
      return report.image().toString();
    }
  }

  @Test
  void ofSmallFiles() throws IOException {
    assertThat(digest(SMALL, 4)).isEqualTo(SMALL_IMAGE);
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "7"})
  void whateverMovesAtOnce(int parallel) throws IOException {
    assertThat(digest(LARGE, parallel)).isEqualTo(LARGE_IMAGE);
  }

  @ParameterizedTest
  @CsvSource({
    "tr-TR, Asia/Kathmandu",
    "ar-EG-u-nu-arab, Pacific/Kiritimati",
    "th-TH-u-ca-buddhist-nu-thai, America/St_Johns"
  })
  void wherever(String language, String place) throws IOException {
    Locale.setDefault(Locale.forLanguageTag(language));
    TimeZone.setDefault(TimeZone.getTimeZone(place));
    assertThat(digest(SMALL, 4)).isEqualTo(SMALL_IMAGE);
  }

  @Test
  void whateverTheDiskSaysOfTheFiles() throws IOException {
    Path source = Files.createDirectory(folder.resolve("model"));
    long second = 1_000_000;
    for (GeneratedFile file : SMALL.files().reversed()) {
      Path path = source.resolve(file.path());
      Files.write(path, file.content().bytes());
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx--x--x"));
      Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(second++)));
    }
    assertThat(digest(SMALL, 4)).isEqualTo(SMALL_IMAGE);
  }

  @Test
  void throughLinks() throws IOException {
    Path elsewhere = folder.resolve("elsewhere");
    SMALL.writeTo(elsewhere);
    Path source = Files.createDirectory(folder.resolve("model"));
    for (GeneratedFile file : SMALL.files()) {
      Files.createSymbolicLink(source.resolve(file.path()), elsewhere.resolve(file.path()));
    }
    assertThat(digest(SMALL, 4)).isEqualTo(SMALL_IMAGE);
  }

  /** An image from the hub says where it comes from, so its digest is another; layers are not. */
  @Test
  void fromTheHubToo() throws IOException {
    try (FakeHub hub = FakeHub.start();
        Workbench bench = Workbench.open()) {
      hub.repository("org/model")
          .commit("0123456789abcdef0123456789abcdef01234567", LARGE)
          .branch("main", "0123456789abcdef0123456789abcdef01234567");
      String layout = "oci:" + folder.resolve("from-hub") + ":1";
      ShipmentReport first;
      try (Snapshot snapshot = bench.hub(hub, "org/model")) {
        first = bench.ship(Workbench.plan(snapshot), layout);
        new ModelFetcher(
                folder.resolve("model"), 2, ShipmentListener.none(), InstantSource.system())
            .fetch(SelectionPolicy.serving().selectFiles(snapshot));
      }
      assertThat(first.image()).hasToString(HUB_IMAGE);
      try (Snapshot snapshot = bench.folder(folder.resolve("model"))) {
        ShipmentReport second =
            bench.ship(Workbench.plan(snapshot), "oci:" + folder.resolve("from-folder") + ":1");
        assertThat(second.image()).hasToString(LARGE_IMAGE);
        assertThat(digests(second)).isEqualTo(digests(first));
      }
    }
  }

  private static List<String> digests(ShipmentReport report) {
    return report.layers().stream().map(layer -> layer.descriptor().digest().toString()).toList();
  }

  /** The name of a layer that several files share stands in the image's history. */
  @Test
  void whateverTheDigitsOfTheLanguage() {
    List<String> names = new ArrayList<>();
    for (String language : List.of("en-US", "ar-EG-u-nu-arab")) {
      Locale.setDefault(Locale.forLanguageTag(language));
      LayerPlan plan = PlanTest.plan(150, 1 << 30, Limits.standard());
      names.add(plan.layers().stream().map(PlannedLayer::name).toList().toString());
    }
    assertThat(names.getFirst()).isEqualTo(names.getLast()).contains("(2 files)");
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void compressedOrNot(Compression compression) throws IOException {
    Path source = folder.resolve("model");
    SMALL.writeTo(source);
    try (Workbench bench = Workbench.open();
        Snapshot snapshot = bench.folder(source)) {
      LayerPlan plan =
          LayerPlanner.within(Limits.standard())
              .compressing(compression)
              .plan(
                  SelectionPolicy.serving().select(snapshot),
                  Base.none(List.of(Workbench.AMD64)),
                  ImageDescription.of(snapshot.info()));
      String one = "oci:" + folder.resolve("one") + ":1";
      String other = "oci-archive:" + folder.resolve("other.tar") + ":1";
      assertThat(bench.ship(plan, one).image()).isEqualTo(bench.ship(plan, other).image());
      assertThat(bench.verifyDeeply(one).problems()).isEmpty();
      assertThat(bench.verifyDeeply(other).problems()).isEmpty();
    }
  }
}
