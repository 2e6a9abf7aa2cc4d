package dev.modelcar.oci.tar;

import static dev.modelcar.fuzz.Verdict.holds;
import static dev.modelcar.fuzz.Verdict.survives;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;

/** Archives, whoever wrote them. The checksums of headers are made right, so that more is read. */
final class TarFuzzTest {
  private static final int BLOCK = 512;

  @DictionaryEntries({
    "ustar\\x00",
    "00000000010\\x00",
    "11 path=a\\x0a",
    "18 size=99999999\\x0a",
    "././@LongLink"
  })
  @FuzzTest(maxDuration = "2m")
  void archives(byte[] bytes) throws IOException {
    byte[] archive = withChecksums(bytes);
    survives(() ->
        TarStream.read(
            new ByteArrayInputStream(archive),
            (entry, content) -> holds(entry.size() >= 0, "a size")));
    Path file = Files.createTempFile("archive", ".tar");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE)) {
      Files.write(file, archive);
      survives(() -> {
        Map<String, TarIndex.Stretch> files = TarIndex.read(channel);
        files.forEach((name, stretch) ->
            holds(
                stretch.offset() >= 0
                    && stretch.size() >= 0
                    && stretch.offset() + stretch.size() <= archive.length,
                name));
      });
    }
  }

  /** Short input becomes blocks by itself: each fifth of a block's bytes is enough of a header. */
  private static byte[] withChecksums(byte[] bytes) {
    byte[] archive = Arrays.copyOf(bytes, (bytes.length + BLOCK - 1) / BLOCK * BLOCK);
    for (int start = 0; start < archive.length; start += BLOCK) {
      byte[] block = Arrays.copyOfRange(archive, start, start + BLOCK);
      Arrays.fill(block, 148, 156, (byte) ' ');
      int sum = 0;
      for (byte b : block) {
        sum += b & 0xff;
      }
      byte[] told = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(told, 0, archive, start + 148, told.length);
    }
    return archive;
  }
}
