package dev.modelcar.source.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpError;
import dev.modelcar.source.ContentDigest;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceError;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.hub.HubFault;
import dev.modelcar.testkit.hub.HubRepository;
import dev.modelcar.testkit.hub.HubRequest;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.server.Headers;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the Hub says of a model: its commit, its files and their digests, or why it says nothing.
 */
@Timeout(60)
final class HubListTest {
  private static final GeneratedModel MODEL = GeneratedModel.llama(41, 1, 1 << 20);
  private static final String WEIGHTS = "model.safetensors";
  private static final String ID = "org/model";

  @TempDir Path folder;

  private HubClient client;

  @BeforeEach
  void start() {
    client = new HubClient(folder);
  }

  @AfterEach
  void close() {
    client.close();
  }

  private HubRepository add() {
    return client.hub.add(ID, MODEL);
  }

  private void failsAs(ErrorCode code, String says) {
    assertThatThrownBy(() -> client.resolve("hf://" + ID).close())
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(says);
  }

  @Test
  void aRepositoryWhoseListIsNotThereIsNotSaidToBeMissing() {
    add();
    client.hub.faults().always(HubRequestKind.TREE, Fault.status(404));
    failsAs(SourceError.HUB_ENTRY_NOT_FOUND, "returned 404 for the file list of commit");
  }

  // ---- pages ----

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 1000})
  void aListMayHaveAnyNumberOfPages(int size) {
    add();
    client.hub.pageSize(size);
    try (Snapshot snapshot = client.resolve("hf://" + ID)) {
      assertThat(snapshot.files())
          .extracting(ModelFile::path)
          .containsExactlyElementsOf(
              MODEL.files().stream().map(GeneratedFile::path).sorted().toList());
    }
    int entries = MODEL.files().size();
    assertThat(client.hub.requests(HubRequestKind.TREE)).hasSize((entries + size - 1) / size);
  }

  @Test
  void pagesThatLeadInACircleEnd() {
    String commit = add().head("main");
    client.hub.pageSize(1);
    client
        .hub
        .faults()
        .always(
            HubRequestKind.TREE,
            new HubFault.ForeignNextLink("/api/models/" + ID + "/tree/" + commit + "?cursor=MA"));
    failsAs(SourceError.HUB_PROTOCOL, "does not end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/elsewhere?cursor=MA", "ftp://x/", "/api/models/org/model/tree/main"})
  void aLinkThatIsNoPageIsNotFollowed(String link) {
    add();
    client.hub.pageSize(1);
    client.hub.faults().always(HubRequestKind.TREE, new HubFault.ForeignNextLink(link));
    failsAs(SourceError.HUB_PROTOCOL, "link to the next page");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "/x", "a//b", "a/./b", "a\\b", ""})
  void pathsThatLeadOutCannotBeUsedAndTheOthersCan(String path) {
    add();
    client.hub.faults().always(HubRequestKind.TREE, new HubFault.ExtraPath(path));
    try (Snapshot snapshot = client.resolve("hf://" + ID)) {
      assertThat(snapshot.files()).hasSize(MODEL.files().size());
      assertThat(snapshot.unusable())
          .singleElement()
          .satisfies(entry -> {
            assertThat(entry.path()).isEqualTo(path);
            assertThat(entry.code()).isEqualTo(SourceError.SOURCE_PATH_UNSAFE);
            assertThat(entry.toException().hint()).contains("--exclude");
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"k:v.json", "C:/x"})
  void aColonDoesNoHarm(String path) {
    add();
    client.hub.faults().always(HubRequestKind.TREE, new HubFault.ExtraPath(path));
    try (Snapshot snapshot = client.resolve("hf://" + ID)) {
      assertThat(snapshot.unusable()).isEmpty();
      assertThat(snapshot.files()).anyMatch(file -> file.path().equals(path));
    }
  }

  // ---- digests ----

  @Test
  void everyFileHasTheDigestThatGitKeeps() {
    add();
    client.hub.lfsThreshold(512 << 10);
    try (Snapshot snapshot = client.resolve("hf://" + ID)) {
      assertThat(HubClient.file(snapshot, WEIGHTS).content().orElseThrow())
          .hasToString("sha256:" + MODEL.file(WEIGHTS).content().sha256());
      assertThat(HubClient.file(snapshot, "config.json").content())
          .contains(new ContentDigest.GitBlob(MODEL.file("config.json").content().gitBlobSha1()));
    }
  }

  @Test
  void digestsThatTheListHidesAreAskedForFileByFile() {
    add().gate("hf_granted");
    client.hub.token("hf_granted");
    client.hub.faults().always(HubRequestKind.TREE, new HubFault.MaskedHashes());
    client.with("HF_TOKEN", "hf_granted");
    try (Snapshot snapshot = client.resolve("hf://" + ID)) {
      assertThat(HubClient.file(snapshot, WEIGHTS).content().orElseThrow())
          .hasToString("sha256:" + MODEL.file(WEIGHTS).content().sha256());
    }
    assertThat(client.hub.requests(HubRequestKind.RESOLVE_HEAD)).isNotEmpty();
    assertThat(client.hub.requests(HubRequestKind.CDN)).isEmpty();
  }

  // ---- what is known of a model ----

  @Test
  void theHubKnowsWhoMadeItAndWhen() {
    String commit = add().head("main");
    try (Snapshot snapshot = client.resolve("hf://" + ID)) {
      assertThat(snapshot.info().title()).contains(ID);
      assertThat(snapshot.info().revision()).contains(commit);
      assertThat(snapshot.info().author()).contains("org");
      assertThat(snapshot.info().created()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
      assertThat(snapshot.info().licenses()).containsExactly("Apache-2.0");
      assertThat(snapshot.info().tags()).contains("safetensors");
      assertThat(snapshot.unusable()).isEmpty();
    }
  }

  @Test
  void aCommitThatIsNoneIsNotTaken() {
    add();
    client.hub.faults().always(HubRequestKind.REVISION, new HubFault.WrongCommit("main"));
    failsAs(SourceError.HUB_PROTOCOL, "does not name the commit");
  }

  @Test
  void aModelWithoutFilesIsEmpty() {
    client.hub.add(ID, GeneratedModel.of(java.util.List.of()));
    failsAs(SourceError.SOURCE_EMPTY, "contains no files");
  }

  // ---- refusals ----

  @Test
  void whatCannotBeSeenHasANameForItsReason() {
    failsAs(SourceError.HUB_REPOSITORY_HIDDEN, "without a token");
    client.with("HF_TOKEN", "hf_any");
    failsAs(SourceError.HUB_REPOSITORY_NOT_FOUND, "does not exist");
    HubRepository repository = add();
    client.hub.token("hf_known");
    failsAs(SourceError.HUB_TOKEN_INVALID, "rejected the token");
    client.hub.narrowToken("hf_any");
    failsAs(SourceError.HUB_TOKEN_FORBIDDEN, "(403)");
    client.with("HF_TOKEN", "hf_known");
    repository.disable();
    failsAs(SourceError.HUB_DISABLED, "is disabled");
  }

  @Test
  void aRevisionThatIsMissingIsNotAMissingModel() {
    add();
    assertThatThrownBy(() -> client.resolve("hf://" + ID + "@v9"))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(SourceError.HUB_REVISION_NOT_FOUND));
  }

  @ParameterizedTest
  @CsvSource({
    "400, HUB_PROTOCOL",
    "401, HUB_REPOSITORY_HIDDEN",
    "403, HUB_REPOSITORY_HIDDEN",
    "404, HUB_REPOSITORY_NOT_FOUND",
    "429, HUB_RATE_LIMITED",
    "500, HUB_UNAVAILABLE",
    "501, HUB_UNAVAILABLE",
    "503, HUB_UNAVAILABLE",
    "524, HUB_UNAVAILABLE"
  })
  void aStatusWithoutACodeHasAMeaning(int status, SourceError code) {
    add();
    client.hub.faults().always(HubRequestKind.REVISION, new Fault.Html(status));
    failsAs(code, status == 404 ? "(404)" : Integer.toString(status));
    boolean repeated = status == 429 || (status >= 500 && status != 501);
    assertThat(client.waits.isEmpty()).isNotEqualTo(repeated);
  }

  @Test
  void whatTheHubSaysIsQuoted() {
    add();
    client
        .hub
        .faults()
        .always(
            HubRequestKind.TREE,
            new Fault.Status(400, Headers.none(), "{\"error\":\"bad\\nday\"}"));
    failsAs(SourceError.HUB_PROTOCOL, "returned 400 for the repository org/model: \"bad day\"");
  }

  // ---- what passes ----

  @Test
  void whatPassesIsOutlasted() {
    add();
    client.hub.faults().add(HubRequestKind.REVISION, 0, 2, Fault.status(503));
    client.hub.faults().once(HubRequestKind.TREE, new Fault.Html(200));
    client.hub.faults().once(HubRequestKind.TREE, new HubFault.QuotaExhausted(6));
    try (Snapshot snapshot = client.resolve("hf://" + ID)) {
      assertThat(snapshot.files()).hasSize(MODEL.files().size());
    }
    assertThat(client.waits).hasSize(4);
    assertThat(client.waits.get(2)).contains("is not JSON");
    assertThat(client.waits.get(3)).startsWith("7 s: the Hub's rate limit is exceeded");
  }

  @Test
  void aHubThatIsAwayIsSaidToBe() {
    client.hub.hubServer().refuse();
    failsAs(
        HttpError.NETWORK_UNREACHABLE,
        "requesting " + ID + " from the Hub: " + client.hub.hubServer().authority());
  }

  // ---- tokens ----

  @Test
  void theTokenGoesToTheHubAlone() throws Exception {
    add().makePrivate("hf_one");
    client.hub.token("hf_one");
    client.hub.lfsThreshold(512 << 10);
    client.with("HF_TOKEN", "hf_one");
    try (Snapshot snapshot = client.resolve("hf://" + ID)) {
      assertThat(HubClient.read(HubClient.file(snapshot, WEIGHTS)))
          .isEqualTo(MODEL.file(WEIGHTS).content().bytes());
    }
    assertThat(client.hub.leakedTokens()).isZero();
    assertThat(client.hub.requests())
        .filteredOn(request -> request.kind() != HubRequestKind.CDN)
        .allMatch(HubRequest::hadToken);
  }

  @Test
  void aFileThatTheListHasTwiceTheSizeOfIsNotRead() {
    client.hub.add(ID, MODEL.withFile("big.safetensors", Content.of("x".repeat(1000))));
    client.hub.faults().always(HubRequestKind.RESOLVE_GET, new HubFault.WrongLinkedSize(2000));
    try (Snapshot snapshot = client.resolve("hf://" + ID)) {
      assertThatThrownBy(() -> HubClient.read(HubClient.file(snapshot, "big.safetensors")))
          .isInstanceOfSatisfying(
              ModelcarException.class,
              e -> assertThat(e.code()).isEqualTo(SourceError.HUB_PROTOCOL))
          .hasMessageContaining("with 1000 bytes but serves 2000");
    }
  }
}
