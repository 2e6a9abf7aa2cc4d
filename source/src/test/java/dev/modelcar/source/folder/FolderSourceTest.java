package dev.modelcar.source.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ChunkReader;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.source.ContentDigest;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.SourceReference;
import dev.modelcar.source.UnusableEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders: which files count, what links lead to, and files that change. */
final class FolderSourceTest {
  @TempDir Path folder;

  private Snapshot resolve() {
    return new FolderSource().resolve(new SourceReference.Folder(folder));
  }

  private Path write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.resolve("..").normalize());
    return Files.writeString(file, text);
  }

  private Map<String, ErrorCode> refused() {
    Map<String, ErrorCode> refused = new TreeMap<>();
    for (UnusableEntry entry : resolve().unusable()) {
      refused.put(entry.path(), entry.code());
      assertThat(entry.toException().code()).isEqualTo(entry.code());
    }
    return refused;
  }

  private static String read(ModelFile file, long offset) throws IOException {
    StringBuilder text = new StringBuilder();
    try (ChunkReader reader = file.open(offset)) {
      for (ByteBuffer chunk = reader.next(); chunk.hasRemaining(); chunk = reader.next()) {
        text.append(StandardCharsets.UTF_8.decode(chunk));
      }
    }
    return text.toString();
  }

  private static void failsAs(ErrorCode code, String says, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(says);
  }

  // ---- which files ----

  @Test
  void filesAreSortedByTheirWholePath() throws IOException {
    for (String path : new String[] {"b/x", "b-a", "a/b/c", "a.txt", "b/.git/x"}) {
      write(path, path);
    }
    write(".git/config", "passed over");
    write(".modelcar/journal", "passed over");
    Snapshot snapshot = resolve();
    assertThat(snapshot.files())
        .extracting(ModelFile::path)
        .containsExactly("a.txt", "a/b/c", "b-a", "b/.git/x", "b/x");
    assertThat(snapshot.info().revision()).isEmpty();
    for (ModelFile file : snapshot.files()) {
      assertThat(read(file, 1)).isEqualTo(file.path().substring(1));
      assertThat(file.content()).isEmpty();
      assertThat(file.identity().orElseThrow().size()).isEqualTo(file.path().length());
    }
  }

  @Test
  void whatIsNoFolderOfFilesIsRefused() throws IOException {
    failsAs(SourceError.SOURCE_EMPTY, "contains no files", this::resolve);
    Path file = write("file", "x");
    failsAs(
        SourceError.SOURCE_NOT_A_FOLDER,
        "is not a folder",
        () -> new FolderSource().resolve(new SourceReference.Folder(file)));
    failsAs(
        SourceError.SOURCE_NOT_FOUND,
        "does not exist",
        () -> new FolderSource().resolve(new SourceReference.Folder(folder.resolve("none"))));
  }

  // ---- links ----

  @Test
  void linksAreFollowedToFilesAndFolders(@TempDir Path elsewhere) throws IOException {
    Files.writeString(elsewhere.resolve("weights"), "w");
    Files.createSymbolicLink(folder.resolve("linked"), elsewhere);
    Files.createSymbolicLink(folder.resolve("model"), elsewhere.resolve("weights"));
    Snapshot snapshot = resolve();
    assertThat(refused())
        .containsExactlyEntriesOf(
            new TreeMap<>(
                Map.of(
                    "linked", SourceError.SOURCE_LINK_LEAVES,
                    "model", SourceError.SOURCE_LINK_LEAVES)));
    assertThat(snapshot.files())
        .extracting(ModelFile::path)
        .containsExactly("linked/weights", "model");
    assertThat(read(snapshot.files().getLast(), 0)).isEqualTo("w");
  }

  @Test
  void linksThatLeadNowhereAreNamed() throws IOException {
    write("file", "x");
    Files.createDirectory(folder.resolve("sub"));
    Files.createSymbolicLink(folder.resolve("broken"), Path.of("none"));
    Files.createSymbolicLink(folder.resolve("self"), Path.of("self"));
    Files.createSymbolicLink(folder.resolve("sub/up"), Path.of(".."));
    assertThat(refused())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "broken", SourceError.SOURCE_LINK_BROKEN,
                "self", SourceError.SOURCE_LINK_LOOP,
                "sub/up", SourceError.SOURCE_LINK_LOOP));
    assertThat(resolve().files()).extracting(ModelFile::path).containsExactly("file");
  }

  /** In the Hub's cache a link's target is named by its content. Elsewhere a name means nothing. */
  @Test
  void digestsAreTakenFromNamesInTheHubsCacheAlone() throws IOException {
    Path sha256 = write("blobs/" + "1".repeat(64), "large");
    Path sha1 = write("blobs/" + "2".repeat(40), "small");
    Path other = write("blobs/other", "?");
    write("3".repeat(64), "no link");
    Files.createSymbolicLink(folder.resolve("large"), sha256);
    Files.createSymbolicLink(folder.resolve("small"), sha1);
    Files.createSymbolicLink(folder.resolve("odd"), other);
    Map<String, String> digests = new TreeMap<>();
    for (ModelFile file : resolve().files()) {
      digests.put(file.path(), file.content().map(ContentDigest::toString).orElse("-"));
    }
    assertThat(digests)
        .containsEntry("large", "sha256:" + "1".repeat(64))
        .containsEntry("small", "git-blob-sha1:" + "2".repeat(40))
        .containsEntry("odd", "-")
        .containsEntry("3".repeat(64), "-")
        .containsEntry("blobs/" + "1".repeat(64), "-");
  }

  // ---- files that change ----

  @Test
  void aFileThatIsNotTheListedOneAnyMoreIsNotRead() throws IOException {
    Path file = write("model", "content");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    ModelFile listed = resolve().files().getFirst();
    assertThat(read(listed, 3)).isEqualTo("tent");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:01Z")));
    failsAs(SourceError.SOURCE_CHANGED, "was modified", () -> read(listed, 0));
    Files.writeString(file, "longer content");
    failsAs(SourceError.SOURCE_CHANGED, "changed from 7", () -> read(listed, 0));
    Files.delete(file);
    failsAs(SourceError.SOURCE_CHANGED, "was deleted", () -> read(listed, 0));
  }

  @Test
  void aFileThatShrinksWhileItIsReadIsNoticedBeforeItsEnd() throws IOException {
    Path file = write("model", "x".repeat(600_000));
    try (ChunkReader reader = resolve().files().getFirst().open(0)) {
      assertThat(reader.next().remaining()).isPositive();
      Files.writeString(file, "x");
      failsAs(
          SourceError.SOURCE_CHANGED,
          "was truncated",
          () -> {
            while (reader.next().hasRemaining()) {
              // until it is noticed
            }
          });
    }
  }

  @Test
  void aHeadIsAsLongAsThereIsContent() throws IOException {
    write("model", "content");
    ModelFile file = resolve().files().getFirst();
    assertThat(file.head(3)).asString(StandardCharsets.UTF_8).isEqualTo("con");
    assertThat(file.head(100)).asString(StandardCharsets.UTF_8).isEqualTo("content");
    assertThat(file.name()).isEqualTo("model");
  }
}
