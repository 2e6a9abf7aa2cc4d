package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.Platform;
import dev.modelcar.oci.image.ImageSummary;
import dev.modelcar.oci.image.Verification;
import dev.modelcar.packaging.plan.Base;
import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.verify.ImageVerifier;
import dev.modelcar.source.Snapshot;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.Habits;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images are found whole or said to be wrong, and copied as they are. */
final class VerifyAndCopyTest {
  private static final GeneratedModel MODEL = GeneratedModel.llama(41, 1, 33 << 20);

  private final Workbench bench = Workbench.open();
  private final FakeRegistry registry = FakeRegistry.start();

  @TempDir Path folder;

  @BeforeEach
  void writeModel() throws IOException {
    MODEL.writeTo(folder.resolve("model"));
  }

  @AfterEach
  void close() {
    bench.close();
    registry.close();
  }

  private ShipmentReport ship(String... targets) {
    return ship(List.of(Workbench.AMD64), targets);
  }

  private ShipmentReport ship(List<Platform> platforms, String... targets) {
    try (Snapshot snapshot = bench.folder(folder.resolve("model"))) {
      ShipmentReport report = bench.ship(Workbench.plan(snapshot, Base.none(platforms)), targets);
      assertThat(Workbench.failures(report)).isEmpty();
      return report;
    }
  }

  private String layout() {
    return "oci:" + folder.resolve("layout") + ":1";
  }

  private String inRegistry(String repositoryAndTag) {
    return Workbench.in(registry, repositoryAndTag);
  }

  private Path blob(ShipmentReport report, String layer) {
    Descriptor descriptor =
        report.layers().stream()
            .filter(outcome -> outcome.name().equals(layer))
            .findFirst()
            .orElseThrow()
            .descriptor();
    return folder.resolve("layout/blobs/sha256").resolve(descriptor.digest().hex());
  }

  private Verification verify(String reference) {
    return new ImageVerifier(bench.reader(reference), 2).verify(ImageReference.parse(reference));
  }

  private Verification against(String reference, Path source) {
    try (Snapshot snapshot = bench.folder(source)) {
      return new ImageVerifier(bench.reader(reference), 2)
          .verifyAgainst(
              ImageReference.parse(reference), SelectionPolicy.serving().select(snapshot));
    }
  }

  // ---- verification ----

  @Test
  void aGoodImageIsGood() {
    ShipmentReport report = ship(layout());
    for (Verification found :
        List.of(
            verify(layout()),
            bench.verifyDeeply(layout()),
            against(layout(), folder.resolve("model")))) {
      assertThat(found.problems()).isEmpty();
      assertThat(found.image()).isEqualTo(report.image());
      assertThat(found.blobs()).isEqualTo(report.layers().size() + 1);
    }
    assertThat(bench.verifyDeeply(layout()).bytes()).isGreaterThan(33 << 20);
  }

  @Test
  void aBlobThatIsGoneIsNamed() throws IOException {
    Path blob = blob(ship(layout()), "model.safetensors");
    Files.delete(blob);
    assertThat(verify(layout()).problems())
        .containsExactly("the blob sha256:" + blob.getFileName() + " is missing");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, 512})
  void aBlobOfAnotherSizeIsNamed(int more) throws IOException {
    Path blob = blob(ship(layout()), "model.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
      file.setLength(file.length() + more);
    }
    for (Verification found :
        List.of(
            verify(layout()),
            bench.verifyDeeply(layout()),
            against(layout(), folder.resolve("model")))) {
      assertThat(found.problems()).singleElement().asString().contains("bytes instead of");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 100, 600, 1_000_000, 34_000_000})
  void oneFlippedBitIsFoundByADeepLook(long at) throws IOException {
    Path blob = blob(ship(layout()), "model.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
      file.seek(at);
      int old = file.read();
      file.seek(at);
      file.write(old ^ 1);
    }
    assertThat(verify(layout()).isGood()).as("sizes are right").isTrue();
    assertThat(bench.verifyDeeply(layout()).problems().getFirst())
        .startsWith("the blob sha256:" + blob.getFileName() + " has the digest ");
  }

  @Test
  void differencesToTheSourceAreNamed() throws IOException {
    ship(layout());
    Path other = folder.resolve("other");
    MODEL
        .withChangedShard(1, 42)
        .withoutFile("LICENSE")
        .withFile("added.json", Content.of("{}"))
        .withFile("config.json", Content.of("{\"other\":1}"))
        .writeTo(other);
    assertThat(against(layout(), other).problems())
        .hasSize(4)
        .anyMatch(problem -> problem.equals("LICENSE is in the image but not in the source"))
        .anyMatch(problem -> problem.equals("added.json is in the source but not in the image"))
        .anyMatch(problem -> problem.startsWith("config.json has "))
        .anyMatch(problem ->
            problem.equals("model.safetensors differs between the image and the source"));
  }

  @Test
  void whatIsNotThereIsNotFound() {
    ship(layout(), inRegistry("team/model:1"));
    for (String reference :
        List.of(
            "oci:" + folder.resolve("layout") + ":2",
            "oci:" + folder.resolve("none") + ":1",
            inRegistry("team/model:2"),
            inRegistry("team/none:1"))) {
      assertThatThrownBy(() -> verify(reference))
          .isInstanceOfSatisfying(
              ModelcarException.class,
              e -> assertThat(e.code()).isEqualTo(OciError.IMAGE_NOT_FOUND));
    }
  }

  // ---- copies ----

  @Test
  void copiesKeepTheDigestWhereverTheyGo() {
    ShipmentReport report = ship(inRegistry("team/model:1"));
    String archive = "oci-archive:" + folder.resolve("image.tar") + ":1";
    try (FakeRegistry other = FakeRegistry.start(Habits.distribution2())) {
      String there = Workbench.in(other, "mirror/model:1");
      ShipmentReport first = bench.copy(inRegistry("team/model:1"), there, layout());
      assertThat(first.image()).isEqualTo(report.image());
      assertThat(bench.copy(layout(), archive).image()).isEqualTo(report.image());
      assertThat(bench.copy(archive, Workbench.in(other, "mirror/again:1")).image())
          .isEqualTo(report.image());
      for (String place : List.of(there, layout(), archive)) {
        assertThat(bench.verifyDeeply(place).problems()).isEmpty();
      }
      assertThat(bench.copy(inRegistry("team/model:1"), there).bytesMoved()).isZero();
    }
  }

  @Test
  void withinARegistryBlobsAreMounted() {
    ship(inRegistry("team/model:1"));
    long before = registry.bytesReceived();
    ShipmentReport report = bench.copy(inRegistry("team/model:1"), inRegistry("other/model:1"));
    assertThat(Workbench.failures(report)).isEmpty();
    assertThat(registry.bytesReceived()).isEqualTo(before);
    assertThat(registry.requests(RegistryRequestKind.MOUNT)).isNotEmpty();
    assertThat(registry.tags("other/model")).containsExactly("1");
  }

  @Test
  void anIndexIsCopiedWithAllThatItNames() {
    List<Platform> platforms = List.of(Workbench.AMD64, Platform.of("linux", "arm64"));
    ShipmentReport report = ship(platforms, layout());
    bench.copy(layout(), inRegistry("team/model:1"));
    Verification found = bench.verifyDeeply(inRegistry("team/model:1"));
    assertThat(found.problems()).isEmpty();
    assertThat(found.image()).isEqualTo(report.image());
    ImageSummary summary =
        ImageSummary.read(
            bench.reader(inRegistry("team/model:1")),
            ImageReference.parse(inRegistry("team/model:1")));
    assertThat(summary.images())
        .extracting(ImageSummary.PlatformImage::platform)
        .containsExactlyInAnyOrder("linux/amd64", "linux/arm64");
  }

  @Test
  void bytesThatAreWrongAreNotCopied() throws IOException {
    Path blob = blob(ship(layout()), "model.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
      file.seek(20_000_000);
      file.write(77);
    }
    ShipmentReport report = bench.copy(layout(), inRegistry("team/model:1"));
    assertThat(report.targets().getFirst().failure())
        .hasValueSatisfying(e -> assertThat(e.code()).isEqualTo(CoreError.CONTENT_MISMATCH));
    assertThat(registry.tags("team/model")).isEmpty();
  }
}
