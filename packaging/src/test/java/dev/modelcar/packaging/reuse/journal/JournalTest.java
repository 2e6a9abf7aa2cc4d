package dev.modelcar.packaging.reuse.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.Digest;
import dev.modelcar.core.Sha256;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.UploadMemory.OpenUpload;
import dev.modelcar.packaging.layers.Checkpoints.Checkpoint;
import dev.modelcar.packaging.layers.KnownLayer;
import dev.modelcar.source.FileIdentity;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
  private static final Digest RECIPE = digest("recipe");
  private static final ImageReference TARGET = ImageReference.parse("h.example/team/model:v1");
  private static final KnownLayer LAYER =
      new KnownLayer(
          Descriptor.of(MediaTypes.OCI_LAYER, digest("layer"), 42, Map.of("a", "b")),
          digest("diff"));
  private static final FileIdentity FILE = new FileIdentity("/models/a", 7, 1_000_000_001L, "3:4");
  private static final OpenUpload UPLOAD =
      new OpenUpload(URI.create("https://h.example/v2/team/model/blobs/uploads/1?_state=x"), 5);
  private static final Checkpoint CHECKPOINT =
      new Checkpoint(64, "bGF5ZXI=", "ZmlsZQ==", Map.of(2, digest("content")));

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();

  private static Digest digest(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private Journal open() {
    return Journal.open(folder.resolve("state"), Instant.now(), notes::add);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void remembersAcrossRuns() {
    try (Journal journal = open()) {
      assertThat(journal.layer(RECIPE)).isEmpty();
      assertThat(journal.content(FILE)).isEmpty();
      journal.rememberLayer(RECIPE, LAYER);
      journal.rememberContent(FILE, digest("content"));
      journal.upload(TARGET, RECIPE).remember(UPLOAD);
      journal.checkpoints(RECIPE).remember(CHECKPOINT);
    }
    try (Journal journal = open()) {
      assertThat(journal.layer(RECIPE)).contains(LAYER);
      assertThat(journal.content(FILE)).contains(digest("content"));
      assertThat(journal.upload(TARGET, RECIPE).recall()).contains(UPLOAD);
      assertThat(journal.checkpoints(RECIPE).before(63)).isEmpty();
      assertThat(journal.checkpoints(RECIPE).before(64)).contains(CHECKPOINT);
      assertThat(journal.upload(TARGET, digest("another")).recall()).isEmpty();
      assertThat(journal.upload(ImageReference.parse("other.example/team/model"), RECIPE).recall())
          .isEmpty();
    }
    assertThat(notes).isEmpty();
  }

  @Test
  void aFileThatChangedIsNotTheOneThatWasHashed() {
    try (Journal journal = open()) {
      journal.rememberContent(FILE, digest("content"));
      assertThat(journal.content(new FileIdentity("/models/a", 7, 1_000_000_002L, "3:4")))
          .isEmpty();
      assertThat(journal.content(new FileIdentity("/models/a", 8, 1_000_000_001L, "3:4")))
          .isEmpty();
      assertThat(journal.content(new FileIdentity("/models/a", 7, 1_000_000_001L, "3:5")))
          .isEmpty();
    }
  }

  @Test
  void forgetsWhatIsDone() throws IOException {
    try (Journal journal = open()) {
      UploadMemory upload = journal.upload(TARGET, RECIPE);
      upload.remember(UPLOAD);
      journal.checkpoints(RECIPE).remember(CHECKPOINT);
      assertThat(files()).hasSize(2);
      upload.forget();
      journal.checkpoints(RECIPE).forget();
      assertThat(files()).isEmpty();
      upload.remember(UPLOAD);
      assertThat(upload.recall()).contains(UPLOAD);
    }
  }

  @Test
  void isForItsOwnerAlone() throws IOException {
    try (Journal journal = open()) {
      journal.rememberLayer(RECIPE, LAYER);
      journal.upload(TARGET, RECIPE).remember(UPLOAD);
    }
    for (Path file : files()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("state"))))
        .isEqualTo("rwx------");
  }

  @Test
  void aLineThatWasCutShortIsTheTraceOfADeadProcess() throws IOException {
    try (Journal journal = open()) {
      UploadMemory upload = journal.upload(TARGET, RECIPE);
      upload.remember(UPLOAD);
      upload.remember(new OpenUpload(UPLOAD.session(), 99));
    }
    Path log = files().getFirst();
    byte[] bytes = Files.readAllBytes(log);
    Files.write(log, java.util.Arrays.copyOf(bytes, bytes.length - 3));
    try (Journal journal = open()) {
      assertThat(journal.upload(TARGET, RECIPE).recall()).contains(UPLOAD);
    }
    assertThat(notes).isEmpty();
  }

  @Test
  void damageIsSetAsideAndNeverBelieved() throws IOException {
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      try (Journal journal = open()) {
        journal.rememberLayer(RECIPE, LAYER);
        journal.rememberContent(FILE, digest("content"));
        journal.upload(TARGET, RECIPE).remember(UPLOAD);
        journal.checkpoints(RECIPE).remember(CHECKPOINT);
      }
      for (Path file : files()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bytes);
      }
      try (Journal journal = open()) {
        assertThat(journal.layer(RECIPE)).isIn(Optional.empty(), Optional.of(LAYER));
        assertThat(journal.content(FILE)).isIn(Optional.empty(), Optional.of(digest("content")));
        UploadMemory upload = journal.upload(TARGET, RECIPE);
        assertThat(upload.recall()).isIn(Optional.empty(), Optional.of(UPLOAD));
        assertThat(journal.checkpoints(RECIPE).before(1000))
            .isIn(Optional.empty(), Optional.of(CHECKPOINT));
        upload.remember(UPLOAD);
      }
      try (Journal journal = open()) {
        assertThat(journal.upload(TARGET, RECIPE).recall()).contains(UPLOAD);
      }
      for (Path file : files()) {
        Files.delete(file);
      }
    }
    assertThat(notes).isNotEmpty().allMatch(note -> note.contains("set aside"));
  }

  @Test
  void whoeverComesSecondDoesWithout() {
    try (Journal first = open();
        Journal second = open()) {
      UploadMemory upload = first.upload(TARGET, RECIPE);
      upload.remember(UPLOAD);
      UploadMemory other = second.upload(TARGET, RECIPE);
      assertThat(other.recall()).isEmpty();
      other.remember(new OpenUpload(URI.create("https://h.example/other"), 1));
      assertThat(upload.recall()).contains(UPLOAD);
    }
    try (Journal third = open()) {
      assertThat(third.upload(TARGET, RECIPE).recall()).contains(UPLOAD);
    }
  }

  @Test
  void noTwoUploadsOfOneRunGoOnWithTheSameSession() {
    OpenUpload others = new OpenUpload(URI.create("https://h.example/other"), 1);
    try (Journal journal = open()) {
      try (UploadMemory upload = journal.upload(TARGET, RECIPE);
          UploadMemory second = journal.upload(TARGET, RECIPE)) {
        upload.remember(UPLOAD);
        assertThat(second.recall()).isEmpty();
        second.remember(others);
        second.forget();
        assertThat(upload.recall()).contains(UPLOAD);
      }
      assertThat(journal.upload(TARGET, RECIPE).recall()).contains(UPLOAD);
    }
  }

  @Test
  void worksWhereNothingCanBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    try (Journal journal = Journal.open(file.resolve("state"), Instant.now(), notes::add)) {
      journal.rememberLayer(RECIPE, LAYER);
      journal.upload(TARGET, RECIPE).remember(UPLOAD);
      assertThat(journal.layer(RECIPE)).isEmpty();
      assertThat(journal.upload(TARGET, RECIPE).recall()).isEmpty();
    }
    assertThat(notes).hasSize(1);
  }

  @Test
  void tidiesWhatNobodyUsedForMonths() throws IOException {
    try (Journal journal = open()) {
      journal.rememberLayer(RECIPE, LAYER);
      journal.rememberLayer(digest("old"), LAYER);
    }
    Files.setLastModifiedTime(
        folder.resolve("state/layers").resolve(digest("old").hex()),
        FileTime.from(Instant.now().minus(Duration.ofDays(91))));
    try (Journal journal = open()) {
      assertThat(journal.layer(RECIPE)).isPresent();
      assertThat(journal.layer(digest("old"))).isEmpty();
    }
  }
}
