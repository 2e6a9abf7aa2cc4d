package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.ImageIndex;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.Platform;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.Verification;
import dev.modelcar.packaging.plan.Base;
import dev.modelcar.packaging.plan.Bases;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.server.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that are none of ours are copied as they are, or refused with a reason. */
final class OddImagesTest {
  private static final String FOREIGN =
      MediaTypes.DOCKER_LAYER_GZIP.replace("diff", "foreign.diff");
  private static final Digest ELSEWHERE = Digest.sha256("ab".repeat(32));

  private final Workbench bench = Workbench.open();
  private final FakeRegistry registry = FakeRegistry.start();
  private final FakeRegistry other = FakeRegistry.start();
  private final SmallImages images = new SmallImages(registry, "team/model");

  @AfterEach
  void close() {
    bench.close();
    registry.close();
    other.close();
  }

  private String source() {
    return Workbench.in(registry, "team/model:1");
  }

  private String target() {
    return Workbench.in(other, "copies/model:1");
  }

  private static Descriptor foreign(String mediaType, Digest digest, long size) {
    return new Descriptor(
        mediaType,
        digest,
        size,
        new TreeMap<>(),
        Optional.empty(),
        Optional.empty(),
        List.of("https://layers.invalid/base"));
  }

  // ---- as a base ----

  @ParameterizedTest
  @CsvSource({
    "application/vnd.docker.image.rootfs.diff.tar, application/vnd.oci.image.layer.v1.tar",
    "application/vnd.docker.image.rootfs.diff.tar.gzip,"
        + " application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.docker.image.rootfs.diff.tar.zstd,"
        + " application/vnd.oci.image.layer.v1.tar+zstd",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip,"
        + " application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    "application/vnd.oci.image.layer.v1.tar+gzip, application/vnd.oci.image.layer.v1.tar+gzip"
  })
  void layersOfABaseGetTypesThatTheirManifestMayHave(String type, String expected) {
    Descriptor layer = images.blob(type, "bytes");
    Descriptor listed = foreign(type, layer.digest(), layer.size());
    images.put("base", manifest(Workbench.AMD64, listed));
    Base base = new Bases(bench::readerOf, List.of(Workbench.AMD64)).resolve(baseName());
    assertThat(base.layers())
        .singleElement()
        .satisfies(blob -> {
          assertThat(blob.descriptor().mediaType()).isEqualTo(expected);
          assertThat(blob.descriptor().urls()).containsExactly("https://layers.invalid/base");
        });
  }

  private String baseName() {
    return Workbench.in(registry, "team/model:base");
  }

  private RawManifest manifest(Platform platform, Descriptor... layers) {
    ImageConfig config = ImageConfig.empty(platform);
    for (Descriptor layer : layers) {
      config = config.withLayer(layer.digest(), Instant.EPOCH, "test");
    }
    Descriptor blob =
        images.blob(MediaTypes.OCI_CONFIG, new String(config.toBytes(), StandardCharsets.UTF_8));
    return ImageManifest.of(blob, List.of(layers), new TreeMap<>()).toRaw();
  }

  @Test
  void anIndexInsideAnIndexIsABaseToo() {
    RawManifest image = manifest(Workbench.AMD64, images.blob(MediaTypes.OCI_LAYER, "one"));
    images.put(image.digest().toString(), image);
    RawManifest inner =
        new ImageIndex(
                List.of(image.descriptor().with(Workbench.AMD64)),
                new TreeMap<>(),
                Optional.empty())
            .toRaw();
    images.put(inner.digest().toString(), inner);
    images.put(
        "base",
        new ImageIndex(List.of(inner.descriptor()), new TreeMap<>(), Optional.empty()).toRaw());
    Base base = new Bases(bench::readerOf, List.of(Workbench.AMD64)).resolve(baseName());
    assertThat(base.layers()).hasSize(1);
    Bases others = new Bases(bench::readerOf, List.of(Platform.of("linux", "s390x")));
    assertThatThrownBy(() -> others.resolve(baseName()))
        .hasMessageContaining("is not available for linux/s390x");
  }

  @Test
  void anOciManifestWithDockersTypesIsAProblem() {
    images.image("1", images.blob(MediaTypes.DOCKER_LAYER_GZIP, "bytes"));
    assertThat(bench.verifyDeeply(source()).problems())
        .anyMatch(problem -> problem.contains("has Docker's media type"));
  }

  // ---- foreign layers ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        "application/vnd.oci.image.layer.nondistributable.v1.tar",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
      })
  void aForeignLayerThatIsElsewhereStaysThere(String mediaType) {
    Descriptor layer = images.blob(MediaTypes.OCI_LAYER, "a layer");
    RawManifest image = images.image("1", foreign(mediaType, ELSEWHERE, 123), layer);
    List<ShipmentEvent> left = new CopyOnWriteArrayList<>();
    ShipmentReport report =
        bench.copy(
            event -> {
              if (event instanceof ShipmentEvent.LayerLeft) {
                left.add(event);
              }
            },
            false,
            source(),
            target());
    assertThat(Workbench.succeed(report).image()).isEqualTo(image.digest());
    assertThat(left).containsExactly(new ShipmentEvent.LayerLeft("sha256:abababababab", 123));
    assertThat(other.blob("copies/model", layer.digest().toString())).isPresent();
    assertThat(bench.verifyCopy(source(), target()).problems()).isEmpty();
    Verification deep = bench.verifyDeeply(target());
    assertThat(deep.problems())
        .noneMatch(
            problem -> problem.contains(ELSEWHERE.toString()) && !problem.contains("media type"));
  }

  @Test
  void aForeignLayerThatIsThereIsCopied() {
    Descriptor bytes = images.blob(FOREIGN, "not so foreign");
    images.image("1", foreign(FOREIGN, bytes.digest(), bytes.size()));
    Workbench.succeed(bench.copy(source(), target()));
    assertThat(other.blob("copies/model", bytes.digest().toString())).isPresent();
  }

  @Test
  void aRegistryThatWantsForeignLayersIsReportedWithItsReason() {
    images.image("1", foreign(FOREIGN, ELSEWHERE, 123));
    other
        .faults()
        .always(
            RegistryRequestKind.MANIFEST_PUT,
            new Fault.Status(
                400,
                Headers.of("Content-Type", "application/json"),
                "{\"errors\":[{\"code\":\"MANIFEST_INVALID\",\"message\":\"invalid url on layer\"},{\"code\":\"MANIFEST_BLOB_UNKNOWN\",\"detail\":{\"digest\":\"%s\"}}]}"
                    .formatted(ELSEWHERE)));
    assertThatThrownBy(() -> Workbench.succeed(bench.copy(source(), target())))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> {
              assertThat(e.code()).isEqualTo(OciError.REGISTRY_REFUSED);
              assertThat(e).hasMessageContaining("invalid url on layer");
            });
  }

  // ---- artifacts ----

  @Test
  void whatIsNoImageIsNotJudgedAsOne() {
    RawManifest artifact = images.artifact("1", "application/vnd.example.thing");
    Workbench.succeed(bench.copy(source(), target()));
    assertThat(bench.verifyCopy(source(), target()).problems()).isEmpty();
    assertThat(bench.verifyDeeply(target()).problems()).isEmpty();
    assertThat(bench.verifyDeeply(target()).image()).isEqualTo(artifact.digest());
    // As old tools made them: with the config of an image, which says nothing.
    images.put(
        "1",
        ImageManifest.of(
                images.blob(MediaTypes.OCI_CONFIG, "{}"),
                List.of(images.blob("text/plain", "an SBOM")),
                new TreeMap<>())
            .toRaw());
    assertThat(bench.verifyDeeply(source()).problems()).isEmpty();
  }

  @Test
  void aFaithfulCopyOfAnOddImageIsGood() {
    images.image("1", images.blob(MediaTypes.OCI_LAYER, "a layer that the config does not count"));
    Workbench.succeed(bench.copy(source(), target()));
    assertThat(bench.verifyCopy(source(), target()).problems()).isEmpty();
    assertThat(bench.verifyDeeply(target()).problems()).isNotEmpty();
  }

  @Test
  void aCopyUnderAnotherDigestIsNotOne() {
    images.image("1");
    new SmallImages(other, "copies/model").image("1", images.blob(MediaTypes.OCI_LAYER, "x"));
    assertThat(bench.verifyCopy(source(), target()).problems())
        .anyMatch(problem -> problem.contains(" instead of "))
        .anyMatch(problem -> problem.contains("is missing"));
  }

  // ---- manifests of long ago ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        "application/vnd.docker.distribution.manifest.v1+json",
        "application/json"
      })
  void dockersFirstManifestsAreRefusedAtOnce(String mediaType) {
    String manifest =
        "{\"schemaVersion\":1,\"name\":\"team/model\",\"fsLayers\":[],\"signatures\":[]}";
    registry
        .faults()
        .always(
            RegistryRequestKind.MANIFEST_GET,
            new Fault.Status(
                200,
                Headers.of("Content-Type", mediaType)
                    .with("Docker-Content-Digest", "sha256:" + Content.of("payload").sha256()),
                manifest));
    assertThatThrownBy(() -> bench.copy(source(), target()))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> {
              assertThat(e.code()).isEqualTo(OciError.IMAGE_INVALID);
              assertThat(e).hasMessageContaining("schema 1");
            });
    assertThat(registry.requests(RegistryRequestKind.MANIFEST_GET)).as("not repeated").hasSize(1);
  }
}
