package dev.modelcar.oci.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.Tools;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is what others read, and what others write is read. */
final class TarTest {
  private static final String DEEP = "models/" + "folder/".repeat(20) + "weights.safetensors";
  private static final List<TarEntry> ENTRIES =
      List.of(
          TarEntry.directory("models", 0755),
          TarEntry.file("models/empty", 0644, 0),
          TarEntry.file("models/one", 0644, 1),
          TarEntry.file("models/block", 0755, 512),
          TarEntry.file("models/more", 0644, 1300),
          TarEntry.file("models/" + "n".repeat(93), 0644, 3),
          TarEntry.file("models/" + "n".repeat(94), 0644, 4),
          TarEntry.file(DEEP, 0644, 5),
          TarEntry.file("models/grüße-模型.json", 0644, 6),
          TarEntry.symbolicLink("models/link", "one"),
          TarEntry.symbolicLink("models/far", "x/".repeat(80) + "y"));

  @TempDir Path folder;

  private static byte[] content(TarEntry entry) {
    byte[] content = new byte[(int) entry.size()];
    new Random(entry.path().hashCode()).nextBytes(content);
    return content;
  }

  private static byte[] write(List<TarEntry> entries) throws IOException {
    TarLayout layout = TarLayout.of(entries);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (TarLayout.Segment segment : layout.segments()) {
      assertThat(segment.offset()).isEqualTo(out.size());
      switch (segment) {
        case TarLayout.Segment.Bytes bytes -> out.write(bytes.bytes());
        case TarLayout.Segment.Content content -> out.write(content(entries.get(content.entry())));
      }
    }
    assertThat(layout.size()).isEqualTo(out.size()).isEqualTo(TarLayout.sizeOf(entries));
    return out.toByteArray();
  }

  @Test
  void aLibraryReadsWhatIsWritten() throws IOException {
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(new ByteArrayInputStream(write(ENTRIES)))) {
      for (TarEntry expected : ENTRIES) {
        TarArchiveEntry entry = in.getNextEntry();
        boolean directory = expected.kind() == TarEntry.Kind.DIRECTORY;
        assertThat(entry.getName()).isEqualTo(expected.path() + (directory ? "/" : ""));
        assertThat(entry.getMode() & 0777).isEqualTo(expected.mode());
        assertThat(entry.getLongUserId() + entry.getLongGroupId()).isZero();
        assertThat(entry.getLastModifiedTime().toMillis()).isZero();
        assertThat(entry.getLinkName()).isEqualTo(expected.linkTarget());
        assertThat(entry.isDirectory()).isEqualTo(directory);
        assertThat(in.readAllBytes()).isEqualTo(content(expected));
      }
      assertThat((Object) in.getNextEntry()).isNull();
    }
  }

  @Test
  void tarItselfUnpacksWhatIsWritten() throws IOException {
    Optional<Path> tar = Tools.find("tar");
    Assumptions.assumeTrue(tar.isPresent(), Tools.missing("tar"));
    Path archive = Files.write(folder.resolve("layer.tar"), write(ENTRIES));
    Path into = Files.createDirectory(folder.resolve("unpacked"));
    List<String> words =
        List.of(tar.get().toString(), "-xf", archive.toString(), "-C", into.toString());
    try (ChildProcess process = ChildProcess.start(ChildProcess.Command.in(folder, words))) {
      assertThat(process.await(Duration.ofSeconds(30))).as(process.output()).hasValue(0);
    }
    for (TarEntry entry : ENTRIES) {
      Path path = into.resolve(entry.path());
      switch (entry.kind()) {
        case DIRECTORY -> assertThat(path).isDirectory();
        case FILE -> assertThat(path).hasBinaryContent(content(entry));
        case SYMBOLIC_LINK ->
            assertThat(Files.readSymbolicLink(path)).hasToString(entry.linkTarget());
      }
    }
  }

  /** Sizes from 8 GiB on do not fit the octal field; nothing of the content is needed to see it. */
  @ParameterizedTest
  @ValueSource(longs = {8589934591L, 8589934592L, 8589934593L, 1L << 40, (1L << 50) + 7, 1L << 60})
  void sizesWithoutLimit(long size) throws IOException {
    TarEntry entry = TarEntry.file("models/large", 0644, size);
    TarLayout layout = TarLayout.of(List.of(entry));
    assertThat(layout.size()).isEqualTo(512 + (size + 511) / 512 * 512 + 1024);
    var first = (TarLayout.Segment.Bytes) layout.segments().getFirst();
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(new ByteArrayInputStream(first.bytes()))) {
      assertThat(in.getNextEntry().getSize()).isEqualTo(size);
    }
    boolean binary = size >= 1L << 33;
    assertThat(first.bytes()[124] & 0x80).isEqualTo(binary ? 0x80 : 0);
    assertThat(TarFields.number(first.bytes(), 124, 12)).isEqualTo(size);
  }

  /** The sparse file of 9 GiB is mostly a hole; its listing needs no more than the headers. */
  @Test
  void tarItselfListsWhatIsLarge() throws IOException {
    Optional<Path> tar = Tools.find("tar");
    Assumptions.assumeTrue(tar.isPresent(), Tools.missing("tar"));
    List<TarEntry> entries =
        List.of(TarEntry.file("models/large", 0644, 9L << 30), TarEntry.file("after", 0644, 0));
    Path archive = folder.resolve("large.tar");
    TarLayout layout = TarLayout.of(entries);
    try (FileChannel channel =
        FileChannel.open(archive, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (TarLayout.Segment segment : layout.segments()) {
        if (segment instanceof TarLayout.Segment.Bytes bytes) {
          channel.write(ByteBuffer.wrap(bytes.bytes()), bytes.offset());
        }
      }
    }
    List<String> words = List.of(tar.get().toString(), "-tvf", archive.toString());
    try (ChildProcess process = ChildProcess.start(ChildProcess.Command.in(folder, words))) {
      assertThat(process.await(Duration.ofSeconds(50))).as(process.output()).hasValue(0);
      assertThat(process.output()).contains(Long.toString(9L << 30)).contains("after");
    }
    try (FileChannel channel = FileChannel.open(archive)) {
      assertThat(TarIndex.read(channel))
          .containsEntry("models/large", new TarIndex.Stretch(512, 9L << 30))
          .containsKey("after");
    }
  }

  @Test
  void everyOffsetBelongsToOneStretch() {
    TarLayout layout = TarLayout.of(ENTRIES);
    int index = 0;
    for (TarLayout.Segment segment : layout.segments()) {
      assertThat(segment.length()).isPositive();
      assertThat(layout.segmentAt(segment.offset())).isEqualTo(index);
      assertThat(layout.segmentAt(segment.end() - 1)).isEqualTo(index);
      index++;
    }
    assertThat(layout.segmentAt(layout.size())).isEqualTo(layout.segments().size());
  }

  // ---- reading ----

  private static byte[] byLibrary(int longNames, int bigNumbers) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "UTF-8")) {
      out.setLongFileMode(longNames);
      out.setBigNumberMode(bigNumbers);
      out.setAddPaxHeadersForNonAsciiNames(longNames == TarArchiveOutputStream.LONGFILE_POSIX);
      for (TarEntry entry : ENTRIES) {
        if (entry.kind() == TarEntry.Kind.FILE) {
          TarArchiveEntry written = new TarArchiveEntry("./" + entry.path());
          written.setSize(entry.size());
          out.putArchiveEntry(written);
          out.write(content(entry));
          out.closeArchiveEntry();
        }
      }
    }
    return bytes.toByteArray();
  }

  private static Map<String, byte[]> readStream(byte[] archive) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    TarStream.read(
        new ByteArrayInputStream(archive),
        (entry, content) -> {
          if (entry.isFile()) {
            files.put(entry.path().replaceFirst("^\\./", ""), content.readAllBytes());
          }
        });
    return files;
  }

  private Map<String, byte[]> readIndex(byte[] archive) throws IOException {
    Path file = Files.write(folder.resolve("archive.tar"), archive);
    Map<String, byte[]> files = new TreeMap<>();
    try (FileChannel channel = FileChannel.open(file)) {
      for (var found : TarIndex.read(channel).entrySet()) {
        int from = (int) found.getValue().offset();
        files.put(
            found.getKey(),
            Arrays.copyOfRange(archive, from, from + (int) found.getValue().size()));
      }
    }
    return files;
  }

  @ParameterizedTest
  @CsvSource({
    TarArchiveOutputStream.LONGFILE_GNU + ", " + TarArchiveOutputStream.BIGNUMBER_STAR,
    TarArchiveOutputStream.LONGFILE_POSIX + ", " + TarArchiveOutputStream.BIGNUMBER_POSIX
  })
  void whatOthersWriteIsRead(int longNames, int bigNumbers) throws IOException {
    byte[] archive = byLibrary(longNames, bigNumbers);
    for (Map<String, byte[]> files : List.of(readStream(archive), readIndex(archive))) {
      List<TarEntry> expected =
          ENTRIES.stream().filter(entry -> entry.kind() == TarEntry.Kind.FILE).toList();
      assertThat(files).hasSize(expected.size());
      for (TarEntry entry : expected) {
        assertThat(files.get(entry.path())).as(entry.path()).isEqualTo(content(entry));
      }
    }
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    assertThat(readStream(write(ENTRIES)).get(DEEP)).hasSize(5);
    assertThat(readIndex(write(ENTRIES)).get(DEEP)).hasSize(5);
  }

  @Test
  void damageIsSaid() throws IOException {
    byte[] archive = write(ENTRIES);
    byte[] wrongSum = archive.clone();
    wrongSum[0] ^= 1;
    assertThatThrownBy(() -> readStream(wrongSum)).hasMessageContaining("damaged");
    assertThatThrownBy(() -> readIndex(wrongSum)).hasMessageContaining("damaged");
    byte[] cut = Arrays.copyOf(archive, 512 * 5 + 100);
    assertThatThrownBy(() -> readStream(cut)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> readIndex(cut)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/a", "a/", "a//b", ".", "..", "a/../b", "a/./b", ".wh.a", "a/.wh.b", "a\nb", "a\0",
        "\ud800"
      })
  void namesThatConsumersTreatDifferentlyAreRefused(String path) {
    assertThat(TarEntry.isSafe(path)).isFalse();
    assertThatThrownBy(() -> TarEntry.file(path, 0644, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---- seeded damage ----

  /** Whatever comes, the answer is an entry or an error of our own, and memory stays small. */
  @Test
  void noDamageDoesHarm() throws IOException {
    List<byte[]> archives = new ArrayList<>();
    archives.add(write(ENTRIES));
    archives.add(
        byLibrary(TarArchiveOutputStream.LONGFILE_POSIX, TarArchiveOutputStream.BIGNUMBER_POSIX));
    Random random = new Random(4711);
    for (int round = 0; round < 4000; round++) {
      byte[] damaged = archives.get(round % archives.size()).clone();
      int block = random.nextInt(damaged.length / 512) * 512;
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        int at = random.nextBoolean() ? block + random.nextInt(512) : block + 124 + i;
        damaged[Math.min(at, damaged.length - 1)] = (byte) random.nextInt(256);
      }
      repairSum(damaged, block);
      byte[] cut =
          random.nextInt(4) == 0 ? Arrays.copyOf(damaged, random.nextInt(damaged.length)) : damaged;
      survives(cut);
    }
  }

  /** With a right sum the damage gets past the first check. */
  private static void repairSum(byte[] archive, int at) {
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? ' ' : archive[at + i] & 0xff;
    }
    byte[] digits = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, archive, at + 148, 8);
  }

  private void survives(byte[] archive) throws IOException {
    try {
      TarStream.read(
          new ByteArrayInputStream(archive),
          (entry, content) -> content.transferTo(OutputStream.nullOutputStream()));
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotNull();
    }
    try {
      readIndex(archive);
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotNull();
    }
  }
}
