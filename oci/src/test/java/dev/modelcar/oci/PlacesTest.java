package dev.modelcar.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.apache.ApacheTransport;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.oci.registry.Registries;
import dev.modelcar.oci.registry.client.RegistrySettings;
import dev.modelcar.oci.transport.Transports;
import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.Tools;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.Habits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every place for images does, whatever it is. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
final class PlacesTest {

  /** The places that there are. */
  enum Kind {
    LAYOUT,
    ARCHIVE,
    STANDARD,
    LIKE_DISTRIBUTION_2,
    LIKE_DISTRIBUTION_3,
    LIKE_ZOT,
    LIKE_QUAY,
    LIKE_ECR,
    LIKE_GHCR,
    REAL_DISTRIBUTION_2,
    REAL_DISTRIBUTION_3,
    REAL_OLAREG,
    REAL_CRANE
  }

  private static final byte[] LARGE = bytes(7 << 20);
  private static final byte[] SMALL = bytes(1000);

  @TempDir Path folder;

  private final HttpTransport transport = new ApacheTransport(HttpSettings.standard("test"));
  private final Registries registries = new Registries(RegistrySettings.standard(), transport);
  private final List<AutoCloseable> running = new ArrayList<>();

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  @AfterEach
  void close() throws Exception {
    registries.close();
    transport.close();
    for (AutoCloseable each : running) {
      each.close();
    }
  }

  private ImageReference place(Kind kind) throws IOException {
    return switch (kind) {
      case LAYOUT -> new ImageReference.Layout(folder.resolve("layout"), Optional.empty());
      case ARCHIVE -> new ImageReference.Archive(folder.resolve("image.tar"), Optional.empty());
      case STANDARD -> fake(Habits.standard());
      case LIKE_DISTRIBUTION_2 -> fake(Habits.distribution2());
      case LIKE_DISTRIBUTION_3 -> fake(Habits.distribution3());
      case LIKE_ZOT -> fake(Habits.zot());
      case LIKE_QUAY -> fake(Habits.quay());
      case LIKE_ECR -> fake(Habits.ecr());
      case LIKE_GHCR -> fake(Habits.ghcr().withChunkMaximum(16 << 20));
      case REAL_DISTRIBUTION_2 -> real(RealRegistry.debian(), RealRegistry.Kind.DISTRIBUTION_2);
      case REAL_DISTRIBUTION_3 ->
          real(RealRegistry.distribution3(), RealRegistry.Kind.DISTRIBUTION_3);
      case REAL_OLAREG -> real(RealRegistry.olareg(), RealRegistry.Kind.OLAREG);
      case REAL_CRANE -> real(RealRegistry.crane(), RealRegistry.Kind.CRANE);
    };
  }

  private ImageReference fake(Habits habits) {
    FakeRegistry registry = FakeRegistry.start(habits);
    running.add(registry);
    return ImageReference.parse("http://" + registry.authority() + "/team/model");
  }

  private ImageReference real(Optional<RealRegistry> installed, RealRegistry.Kind kind)
      throws IOException {
    Assumptions.assumeTrue(installed.isPresent(), Tools.missing(kind.program()));
    RunningRegistry registry = installed.get().start(folder.resolve("registry"));
    running.add(registry);
    return ImageReference.parse("http://" + registry.authority() + "/team/model");
  }

  private ImageWriter writer(ImageReference place) {
    return new Transports(registries).writer(place);
  }

  private ImageReader reader(ImageReference place) {
    return new Transports(registries).reader(place);
  }

  private static Descriptor layer(byte[] bytes) {
    return Descriptor.of(MediaTypes.OCI_LAYER, Sha256.of(bytes), bytes.length);
  }

  private static byte[] config(List<byte[]> layers) {
    ImageConfig config = ImageConfig.empty(Platform.of("linux", "amd64"));
    for (byte[] layer : layers) {
      config = config.withLayer(Sha256.of(layer), Instant.EPOCH, "test");
    }
    return config.toBytes();
  }

  private static RawManifest manifest(List<byte[]> layers) {
    byte[] config = config(layers);
    return ImageManifest.of(
            Descriptor.of(MediaTypes.OCI_CONFIG, Sha256.of(config), config.length),
            layers.stream().map(PlacesTest::layer).toList(),
            new TreeMap<>())
        .toRaw();
  }

  private static RawManifest write(ImageWriter writer, List<byte[]> layers) throws Exception {
    List<BlobContent> blobs = new ArrayList<>();
    layers.forEach(layer -> blobs.add(BlobContent.of("layer", layer)));
    writer.prepare(blobs);
    blobs.add(BlobContent.of("config", config(layers)));
    for (BlobContent blob : blobs) {
      Descriptor descriptor =
          Descriptor.of("blob", blob.digest().orElseThrow(), blob.size().orElseThrow());
      assertThat(writer.has(descriptor)).as("before").isFalse();
      assertThat(writer.write(blob, UploadMemory.none(), TransferListener.none()))
          .isEqualTo(descriptor.digest());
      assertThat(writer.has(descriptor)).as("after").isTrue();
      assertThat(writer.has(Descriptor.of("blob", descriptor.digest(), descriptor.size() + 1)))
          .as("of another size")
          .isFalse();
    }
    return manifest(layers);
  }

  private static byte[] read(ImageReader reader, Descriptor blob, long offset) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BlobReader in = reader.openBlob(blob, offset)) {
      while (in.transferTo(out, 100_000) >= 0) {
        // Until all is read.
      }
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsPublishedIsThere(Kind kind) throws Exception {
    ImageReference place = place(kind);
    RawManifest manifest;
    try (ImageWriter writer = writer(place)) {
      assertThat(writer.location()).isEqualTo(place);
      manifest = write(writer, List.of(LARGE, SMALL));
      writer.publish(manifest, Optional.of("v1"));
    }
    try (ImageReader reader = reader(place)) {
      assertThat(reader.location()).isEqualTo(place);
      assertThat(reader.manifest("v1").orElseThrow().bytes()).isEqualTo(manifest.bytes());
      assertThat(reader.manifest(manifest.digest()).orElseThrow().mediaType())
          .isEqualTo(MediaTypes.OCI_MANIFEST);
      assertThat(reader.tags()).containsExactly("v1");
      assertThat(reader.blobSize(Sha256.of(LARGE))).isEqualTo(OptionalLong.of(LARGE.length));
      assertThat(read(reader, layer(LARGE), 0)).isEqualTo(LARGE);
      assertThat(read(reader, layer(SMALL), 0)).isEqualTo(SMALL);
      assertThat(read(reader, layer(SMALL), 990)).hasSize(10);
      assertThat(read(reader, layer(SMALL), 1000)).isEmpty();
      assertThat(read(reader, layer(LARGE), LARGE.length - 5)).hasSize(5);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotThereIsNotFound(Kind kind) throws Exception {
    ImageReference place = place(kind);
    try (ImageWriter writer = writer(place)) {
      writer.publish(write(writer, List.of(SMALL)), Optional.of("v1"));
    }
    Digest absent = Sha256.of("absent".getBytes(StandardCharsets.UTF_8));
    try (ImageReader reader = reader(place)) {
      assertThat(reader.manifest("v2")).isEmpty();
      assertThat(reader.manifest(absent)).isEmpty();
      assertThat(reader.blobSize(absent)).isEmpty();
      assertThat(reader.referrers(absent)).isEmpty();
    }
  }

  /** Nothing is an image before it is published, and what is closed before leaves nothing. */
  @ParameterizedTest
  @EnumSource
  void nothingIsThereBeforeItIsPublished(Kind kind) throws Exception {
    ImageReference place = place(kind);
    try (ImageWriter writer = writer(place)) {
      write(writer, List.of(SMALL));
    }
    switch (place) {
      case ImageReference.Registry registry ->
          assertThat(registries.repository(registry).tags()).isEmpty();
      case ImageReference.Layout layout ->
          assertThat(layout.folder().resolve("index.json")).doesNotExist();
      case ImageReference.Archive archive -> assertThat(folder).isEmptyDirectory();
      case ImageReference.Extension _ -> throw new IllegalArgumentException("no such kind");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LAYOUT", "ARCHIVE"})
  void whereThereIsNoRoomNothingIsLeft(Kind kind) throws Exception {
    ImageReference place = place(kind);
    try (ImageWriter writer = writer(place)) {
      assertThatThrownBy(() -> writer.prepare(List.of(new Endless())))
          .isInstanceOfSatisfying(
              ModelcarException.class, e -> assertThat(e.code()).isEqualTo(CoreError.DISK_FULL));
    }
    assertThat(folder).isEmptyDirectory();
  }

  /** More than any disk holds. */
  private static final class Endless implements BlobContent {
    @Override
    public OptionalLong size() {
      return OptionalLong.of(Long.MAX_VALUE / 2);
    }

    @Override
    public Optional<Digest> digest() {
      return Optional.empty();
    }

    @Override
    public String name() {
      return "endless";
    }

    @Override
    public BlobReader open(long offset) throws IOException {
      throw new IOException("nobody gets so far");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anIndexNamesSeveralImages(Kind kind) throws Exception {
    ImageReference place = place(kind);
    RawManifest child;
    RawManifest index;
    try (ImageWriter writer = writer(place)) {
      child = write(writer, List.of(SMALL));
      index =
          new ImageIndex(
                  List.of(child.descriptor().with(Platform.of("linux", "amd64"))),
                  new TreeMap<>(),
                  Optional.empty())
              .toRaw();
      writer.writeManifest(child, Optional.empty());
      writer.publish(index, Optional.of("all"));
    }
    try (ImageReader reader = reader(place)) {
      RawManifest found = reader.manifest("all").orElseThrow();
      assertThat(found.isIndex()).isTrue();
      assertThat(found.digest()).isEqualTo(index.digest());
      assertThat(reader.manifest(child.digest()).orElseThrow().bytes()).isEqualTo(child.bytes());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatRefersToAnImageIsFound(Kind kind) throws Exception {
    ImageReference place = place(kind);
    RawManifest image;
    List<RawManifest> signatures = new ArrayList<>();
    try (ImageWriter writer = writer(place)) {
      image = write(writer, List.of(SMALL));
      for (String by : List.of("one", "two")) {
        ImageManifest bare = Documents.manifest(image);
        RawManifest signature =
            new ImageManifest(
                    bare.config(),
                    bare.layers(),
                    new TreeMap<>(Map.of("by", by)),
                    Optional.of(image.descriptor()),
                    Optional.of("application/vnd.example.signature"))
                .toRaw();
        writer.writeManifest(signature, Optional.empty());
        signatures.add(signature);
      }
      writer.publish(image, Optional.empty());
    }
    try (ImageReader reader = reader(place)) {
      assertThat(reader.referrers(image.digest()))
          .extracting(
              Descriptor::digest,
              entry -> entry.artifactType().orElse(""),
              entry -> entry.annotations().get("by"))
          .containsExactlyInAnyOrder(
              tuple(signatures.getFirst().digest(), "application/vnd.example.signature", "one"),
              tuple(signatures.getLast().digest(), "application/vnd.example.signature", "two"));
      if (!(place instanceof ImageReference.Registry)) {
        assertThat(reader.onlyManifest().orElseThrow().digest()).isEqualTo(image.digest());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ARCHIVE")
  void aTagMayMoveAndOthersStay(Kind kind) throws Exception {
    ImageReference place = place(kind);
    RawManifest first;
    RawManifest second;
    try (ImageWriter writer = writer(place)) {
      first = write(writer, List.of(SMALL));
      writer.publish(first, Optional.of("stays"));
      writer.publish(first, Optional.of("moves"));
    }
    try (ImageWriter writer = writer(place)) {
      second = write(writer, List.of(LARGE));
      writer.publish(second, Optional.of("moves"));
    }
    try (ImageReader reader = reader(place)) {
      assertThat(reader.tags()).containsExactly("moves", "stays");
      assertThat(reader.manifest("moves").orElseThrow().digest()).isEqualTo(second.digest());
      assertThat(reader.manifest("stays").orElseThrow().digest()).isEqualTo(first.digest());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBlobOfUnknownSizeIsTakenToo(Kind kind) throws Exception {
    ImageReference place = place(kind);
    try (ImageWriter writer = writer(place)) {
      writer.prepare(List.of());
      Digest digest =
          writer.write(new Unsized(LARGE), UploadMemory.none(), TransferListener.none());
      assertThat(digest).isEqualTo(Sha256.of(LARGE));
      byte[] config = config(List.of(LARGE));
      writer.write(BlobContent.of("config", config), UploadMemory.none(), TransferListener.none());
      writer.publish(manifest(List.of(LARGE)), Optional.of("v1"));
    }
    try (ImageReader reader = reader(place)) {
      assertThat(read(reader, layer(LARGE), 0)).isEqualTo(LARGE);
    }
  }

  /** As a layer that is compressed on the way: its size and digest are known at its end. */
  private static final class Unsized implements BlobContent {
    private final BlobContent content;
    private volatile Optional<Digest> digest = Optional.empty();

    Unsized(byte[] bytes) {
      this.content = BlobContent.of("unsized", bytes);
    }

    @Override
    public OptionalLong size() {
      return OptionalLong.empty();
    }

    @Override
    public Optional<Digest> digest() {
      return digest;
    }

    @Override
    public String name() {
      return content.name();
    }

    @Override
    public BlobReader open(long offset) throws IOException {
      BlobReader reader = content.open(offset);
      return new BlobReader() {
        @Override
        public long transferTo(OutputStream out, long limit) throws IOException {
          long count = reader.transferTo(out, Math.min(limit, 1 << 20));
          if (count < 0) {
            digest = content.digest();
          }
          return count;
        }

        @Override
        public void close() throws IOException {
          reader.close();
        }
      };
    }
  }
}
