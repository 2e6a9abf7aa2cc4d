package dev.modelcar.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.ChunkReader;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.http.RetryPolicy;
import dev.modelcar.http.Timeouts;
import dev.modelcar.http.apache.ApacheTransport;
import dev.modelcar.http.ranges.ReadBudget;
import dev.modelcar.http.settings.HttpSettings;
import dev.modelcar.source.folder.FolderSource;
import dev.modelcar.source.hub.HubSettings;
import dev.modelcar.source.hub.HubSource;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.net.Direction;
import dev.modelcar.testkit.net.FaultyLink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models where they live: which files, which commit, which bytes. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class SourcesTest {
  private static final GeneratedModel MODEL = GeneratedModel.llama(91, 1, 24 << 20);
  private static final String WEIGHTS = "model.safetensors";
  private static final String COMMIT = "89abcdef0123456789abcdef0123456789abcdef";

  private static final Duration PATIENCE = Duration.ofSeconds(4);

  @TempDir Path folder;

  private final HttpTransport transport = new ApacheTransport(HttpSettings.standard("test"));
  private final FakeHub hub = FakeHub.start();
  private final List<String> waits = new CopyOnWriteArrayList<>();
  private final Map<String, String> variables =
      new HashMap<>(Map.of("HF_ENDPOINT", hub.endpoint().toString()));

  @AfterEach
  void close() {
    hub.close();
    transport.close();
  }

  private Snapshot resolve(String reference) {
    variables.putIfAbsent("HF_HOME", folder.resolve("home").toString());
    HubSource source =
        new HubSource(
            HubSettings.of(variables).with(Timeouts.of(PATIENCE)),
            transport,
            new ReadBudget(16 << 20, 8),
            RetryPolicy.standard().withBudget(Duration.ofSeconds(5)),
            (wait, why) -> waits.add(why),
            InstantSource.system());
    return new Sources(source, new FolderSource()).resolve(SourceReference.parse(reference));
  }

  private static ModelFile file(Snapshot snapshot, String path) {
    return snapshot.files().stream().filter(f -> f.path().equals(path)).findFirst().orElseThrow();
  }

  private static byte[] read(ModelFile file, long offset) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ChunkReader reader = file.open(offset)) {
      for (ByteBuffer chunk = reader.next(); chunk.hasRemaining(); chunk = reader.next()) {
        out.write(chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
      }
    }
    return out.toByteArray();
  }

  // ---- the hub ----

  @Test
  void aRevisionIsPinnedOnce() throws IOException {
    hub.repository("org/model").commit(COMMIT, MODEL).branch("main", COMMIT).tag("v1", COMMIT);
    hub.repository("org/model").pullRequest(3, COMMIT);
    for (String revision : List.of("", "@main", ":v1", "@refs/pr/3", "@" + COMMIT)) {
      try (Snapshot snapshot = resolve("hf://org/model" + revision)) {
        assertThat(snapshot.info().revision()).contains(COMMIT);
        assertThat(snapshot.files()).hasSize(MODEL.files().size());
        assertThat(snapshot.files()).extracting(ModelFile::path).isSorted();
      }
    }
    try (Snapshot snapshot = resolve("hf://org/model")) {
      hub.add("org/model", GeneratedModel.llama(92, 1, 24 << 20));
      assertThat(read(file(snapshot, "README.md"), 0))
          .isEqualTo(MODEL.file("README.md").content().bytes());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 4 << 20, (4 << 20) + 1, 20 << 20, (24 << 20) - 1, 24 << 20})
  void bytesComeFromAnyOffset(long offset) throws IOException {
    hub.add("org/model", MODEL);
    try (Snapshot snapshot = resolve("hf://org/model")) {
      byte[] expected = MODEL.file(WEIGHTS).content().bytes();
      assertThat(read(file(snapshot, WEIGHTS), offset))
          .isEqualTo(Arrays.copyOfRange(expected, (int) offset, expected.length));
    }
  }

  @Test
  void aFileThatIsCutAgainAndAgainComesWhole() throws IOException {
    hub.add("org/model", MODEL);
    hub.faults().add(HubRequestKind.CDN, 0, 12, new Fault.Truncate(700_000));
    try (Snapshot snapshot = resolve("hf://org/model")) {
      assertThat(read(file(snapshot, WEIGHTS), 0)).isEqualTo(MODEL.file(WEIGHTS).content().bytes());
    }
  }

  /** As a firewall does that forgets connections: nothing is said, nothing comes any more. */
  @Test
  void aPathOnWhichConnectionsFallSilentIsReadInShorterPieces() throws IOException {
    hub.add("org/model", MODEL);
    try (FaultyLink link = FaultyLink.to("127.0.0.1", hub.cdnServer().port());
        Snapshot snapshot = resolve("hf://org/model")) {
      hub.cdnBy("http://localhost:" + link.port());
      link.stallAfter(Direction.TO_CLIENT, 1_500_000);
      assertThat(read(file(snapshot, WEIGHTS), 0)).isEqualTo(MODEL.file(WEIGHTS).content().bytes());
      // Every connection of a reader may find out by itself; after that, none does.
      assertThat(waits.stream().filter(why -> why.contains("sent no data")).count())
          .as(String.join("\n", waits))
          .isBetween(2L, 8L);
    }
  }

  @Test
  void linksThatExpireAreAskedForAnew() throws IOException {
    hub.add("org/model", MODEL);
    hub.signedUrlUses(2);
    try (Snapshot snapshot = resolve("hf://org/model")) {
      assertThat(read(file(snapshot, WEIGHTS), 0)).isEqualTo(MODEL.file(WEIGHTS).content().bytes());
    }
    assertThat(hub.requests(HubRequestKind.RESOLVE_GET).size()).isGreaterThan(1);
    assertThat(hub.leakedTokens()).isZero();
  }

  @Test
  void aHeadCostsNoMoreThanItself() throws IOException {
    hub.add("org/model", MODEL);
    try (Snapshot snapshot = resolve("hf://org/model")) {
      assertThat(file(snapshot, WEIGHTS).head(1000)).hasSize(1000);
    }
    assertThat(hub.bytesServed()).isEqualTo(1000);
  }

  @Test
  void namesOfAllKindsAreFoundAgain() throws IOException {
    GeneratedModel odd = MODEL;
    for (String path :
        List.of(
            "a b/c+d.json", "100%.json", "#x?.json", "grüße/模型.json", "a&b=c;d.json", "[x].json")) {
      odd = odd.withFile(path, Content.of("{\"path\":\"" + path + "\"}"));
    }
    hub.add("org/model", odd).branch("b", hub.repository("org/model").head("main"));
    hub.pageSize(3);
    try (Snapshot snapshot = resolve("hf://org/model")) {
      assertThat(snapshot.files()).hasSize(odd.files().size());
      for (ModelFile each : snapshot.files()) {
        if (each.size() < 1000) {
          assertThat(read(each, 0)).isEqualTo(odd.file(each.path()).content().bytes());
        }
      }
    }
  }

  @Test
  void aRenamedRepositoryIsKnownByItsNewName() {
    hub.add("org/new-name", MODEL);
    hub.rename("org/old-name", "org/new-name");
    try (Snapshot snapshot = resolve("hf://org/old-name")) {
      assertThat(snapshot.reference()).hasToString("hf://org/new-name");
      assertThat(snapshot.info().title()).contains("org/new-name");
    }
  }

  @Test
  void aTokenMayBeReplacedWhileATransferRuns() throws IOException {
    hub.add("org/model", MODEL).makePrivate("hf_one", "hf_two");
    hub.token("hf_one").token("hf_two");
    Path file = Files.writeString(folder.resolve("token"), "hf_one\n");
    variables.put("HF_TOKEN_PATH", file.toString());
    try (Snapshot snapshot = resolve("hf://org/model")) {
      hub.revokeToken("hf_one");
      Files.writeString(file, "hf_two\n");
      assertThat(read(file(snapshot, "config.json"), 0))
          .isEqualTo(MODEL.file("config.json").content().bytes());
    }
  }

  // ---- folders ----

  @Test
  void theHubsOwnCacheIsReadOffline() throws IOException {
    Path repository = folder.resolve("home/hub/models--org--model");
    Path snapshotFolder = Files.createDirectories(repository.resolve("snapshots/" + COMMIT));
    Path blobs = Files.createDirectories(repository.resolve("blobs"));
    Files.createDirectories(repository.resolve("refs"));
    Files.writeString(repository.resolve("refs/main"), COMMIT);
    String sha1 = MODEL.file("config.json").content().gitBlobSha1();
    Files.write(blobs.resolve(sha1), MODEL.file("config.json").content().bytes());
    Files.createSymbolicLink(
        snapshotFolder.resolve("config.json"), Path.of("../../blobs").resolve(sha1));
    variables.put("HF_HUB_OFFLINE", "1");
    try (Snapshot snapshot = resolve("hf://org/model")) {
      assertThat(snapshot.info().revision()).contains(COMMIT);
      assertThat(file(snapshot, "config.json").content()).contains(new ContentDigest.GitBlob(sha1));
    }
    try (Snapshot snapshot = resolve(snapshotFolder.toString())) {
      assertThat(snapshot.info().title()).contains("org/model");
    }
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void whatIsBookkeepingIsPassedOver() throws IOException {
    Path model = folder.resolve("model");
    for (String path :
        List.of(".git/config", ".cache/huggingface/x.metadata", "config.json", "sub/.git/kept")) {
      Files.createDirectories(model.resolve(path).resolve("..").normalize());
      Files.writeString(model.resolve(path), "{}");
    }
    try (Snapshot snapshot = resolve(model.toString())) {
      assertThat(snapshot.files())
          .extracting(ModelFile::path)
          .containsExactly("config.json", "sub/.git/kept");
    }
  }
}
