package dev.modelcar.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.Timeouts;
import dev.modelcar.packaging.fetch.FetchReport;
import dev.modelcar.packaging.fetch.ModelFetcher;
import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.packaging.transfer.ShipmentListener;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceError;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Model files into a folder, each byte checked, none fetched twice. */
final class FetchTest {
  private static final GeneratedModel MODEL = GeneratedModel.llama(51, 2, 6 << 20);
  private static final String SHARD = "model-00002-of-00002.safetensors";

  private final FakeHub hub = FakeHub.start();
  private final Workbench bench =
      Workbench.impatient(Duration.ofMillis(100), Timeouts.of(Duration.ofSeconds(5)));

  @TempDir Path folder;

  @BeforeEach
  void publish() {
    hub.add("org/model", MODEL);
  }

  @AfterEach
  void close() {
    bench.close();
    hub.close();
  }

  private FetchReport fetch(List<String> include) {
    try (Snapshot snapshot = bench.hub(hub, "org/model")) {
      return new ModelFetcher(folder, 2, ShipmentListener.none(), InstantSource.system())
          .fetch(SelectionPolicy.serving().withPatterns(include, List.of()).selectFiles(snapshot));
    }
  }

  private FetchReport fetch() {
    return fetch(List.of());
  }

  private void isAllThere(GeneratedModel model) throws IOException {
    for (GeneratedFile file : model.files()) {
      assertThat(folder.resolve(file.path())).hasDigest("SHA-256", file.sha256());
    }
    try (var files = Files.walk(folder)) {
      assertThat(files).noneMatch(path -> path.toString().endsWith(".modelcar-part"));
    }
  }

  @Test
  void everyFileComesOnce() throws IOException {
    assertThat(fetch().bytesMoved()).isEqualTo(MODEL.totalBytes());
    isAllThere(MODEL);
    long served = hub.bytesServed();
    FetchReport again = fetch();
    assertThat(again.bytesMoved()).isZero();
    assertThat(again.bytesReused()).isEqualTo(MODEL.totalBytes());
    assertThat(hub.bytesServed()).isEqualTo(served);
  }

  @Test
  void onlyWhatIsWantedComes() {
    assertThat(fetch(List.of("*.json")).files()).isEqualTo(6);
    assertThat(folder.resolve(SHARD)).doesNotExist();
    assertThat(folder.resolve("config.json")).exists();
  }

  @Test
  void whatIsHalfThereGoesOn() throws IOException {
    hub.faults()
        .add(
            HubRequestKind.CDN,
            target -> target.contains(MODEL.file(SHARD).sha256()),
            1,
            1000,
            Fault.status(503));
    assertThatThrownBy(this::fetch)
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(SourceError.HUB_UNAVAILABLE));
    assertThat(folder.resolve(SHARD)).doesNotExist();
    hub.faults().clear();
    long before = hub.bytesServed();
    fetch();
    isAllThere(MODEL);
    assertThat(hub.bytesServed() - before)
        .as("the first four MiB of the shard had come")
        .isLessThan(3 << 20);
  }

  @Test
  void aPartWithWrongBytesIsThrownAway() throws IOException {
    Path download = folder.resolve(".cache/huggingface/download");
    Files.createDirectories(download);
    String part = SHARD + "." + MODEL.file(SHARD).sha256() + ".modelcar-part";
    Files.write(download.resolve(part), new byte[1 << 20]);
    fetch();
    isAllThere(MODEL);
  }

  @Test
  void aFileThatSomebodyChangedIsFetchedAnew() throws IOException {
    fetch();
    byte[] other = MODEL.file("config.json").content().bytes();
    other[10] ^= 1;
    Files.write(folder.resolve("config.json"), other);
    Files.setLastModifiedTime(
        folder.resolve("config.json"), FileTime.from(Instant.now().plusSeconds(60)));
    fetch();
    isAllThere(MODEL);
  }

  /** Somebody else put the files there: their content says that they are right. */
  @Test
  void filesThatAreRightAreLeft() throws IOException {
    MODEL.writeTo(folder);
    long served = hub.bytesServed();
    assertThat(fetch().bytesMoved()).isZero();
    assertThat(hub.bytesServed()).isEqualTo(served);
  }

  @Test
  void aNewRevisionBringsOnlyWhatIsNew() throws IOException {
    fetch();
    GeneratedModel changed = MODEL.withChangedShard(2, 52);
    hub.add("org/model", changed);
    assertThat(fetch().bytesMoved()).isEqualTo(6 << 20);
    isAllThere(changed);
  }

  @Test
  void bytesThatAreNeverRightAreNotPutInPlace() {
    hub.faults().always(HubRequestKind.CDN, new Fault.FlippedByte(5_000_000));
    assertThatThrownBy(this::fetch)
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(CoreError.CONTENT_MISMATCH));
    assertThat(folder.resolve(SHARD)).doesNotExist();
  }

  @Test
  void bytesThatAreWrongOnceAreFetchedAgain() throws IOException {
    hub.faults().once(HubRequestKind.CDN, new Fault.FlippedByte(2_000_000));
    fetch();
    isAllThere(MODEL);
  }

  @Test
  void whatAnotherModelHasLeftIsRemovedIfAskedFor() throws IOException {
    fetch();
    Path own = Files.writeString(folder.resolve("notes.txt"), "mine");
    Path stalePart = folder.resolve(".cache/huggingface/download/x.0123.modelcar-part");
    Files.writeString(stalePart, "of another model");
    GeneratedModel other = GeneratedModel.llama(52, 3, 4 << 20);
    hub.add("org/other", other);
    try (Snapshot snapshot = bench.hub(hub, "org/other")) {
      new ModelFetcher(folder, 2, ShipmentListener.none(), InstantSource.system())
          .fetchAndPrune(SelectionPolicy.serving().selectFiles(snapshot));
    }
    isAllThere(other);
    assertThat(own).hasContent("mine");
    assertThat(folder.resolve(SHARD)).as("of the first model").doesNotExist();
    List<String> expected =
        new ArrayList<>(other.files().stream().map(GeneratedFile::path).toList());
    expected.add("notes.txt");
    try (var files = Files.walk(folder)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .map(path -> folder.relativize(path).toString())
                  .filter(path -> !path.startsWith(".cache")))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void withoutBeingAskedNothingIsRemoved() throws IOException {
    fetch();
    hub.add("org/model", GeneratedModel.llama(52, 3, 4 << 20));
    fetch();
    assertThat(folder.resolve(SHARD)).exists();
  }
}
