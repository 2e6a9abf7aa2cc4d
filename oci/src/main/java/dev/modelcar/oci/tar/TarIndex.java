package dev.modelcar.oci.tar;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the files in a tar archive without reading their content: ustar, GNU (base-256 sizes, long
 * names) and PAX ({@code path} and {@code size}) headers, as other tools write them.
 */
public final class TarIndex {
  private static final int BLOCK = TarHeader.BLOCK;
  private static final int MAX_ENTRIES = 1_000_000;
  private static final int MAX_EXTENDED = 1 << 20;

  private TarIndex() {}

  /** Where the content of a file lies in the archive. */
  public record Stretch(long offset, long size) {}

  /** The archive is none, or damaged. */
  public static final class InvalidTarException extends IOException {
    private static final long serialVersionUID = 1L;

    InvalidTarException(String message) {
      super(message);
    }
  }

  /** All regular files by name, without a leading {@code ./}; of two with one name the last. */
  public static Map<String, Stretch> read(FileChannel archive) throws IOException {
    Map<String, Stretch> files = new LinkedHashMap<>();
    long end = archive.size();
    long offset = 0;
    Optional<String> longName = Optional.empty();
    Optional<Long> longSize = Optional.empty();
    for (int entries = 0; offset + BLOCK <= end; entries++) {
      if (entries == MAX_ENTRIES) {
        throw new InvalidTarException("it has more than a million entries");
      }
      byte[] header = block(archive, offset, BLOCK);
      if (TarFields.isZero(header)) {
        break;
      }
      TarFields.check(header);
      char type = (char) header[156];
      boolean regular = type == '0' || type == 0 || type == '7';
      long size =
          regular && longSize.isPresent() ? longSize.get() : TarFields.number(header, 124, 12);
      long content = offset + BLOCK;
      if (size < 0 || size > end - content) {
        throw new InvalidTarException("an entry is longer than the archive");
      }
      switch (type) {
        case 'L' -> longName = Optional.of(TarFields.text(extended(archive, content, size)));
        case 'x' -> {
          Map<String, String> records = TarFields.paxRecords(extended(archive, content, size));
          longName = Optional.ofNullable(records.get("path"));
          longSize = Optional.ofNullable(records.get("size")).map(TarFields::decimal);
        }
        default -> {
          if (regular) {
            String name = longName.orElseGet(() -> TarFields.name(header));
            files.put(name.startsWith("./") ? name.substring(2) : name, new Stretch(content, size));
          }
          if (type != 'K' && type != 'g') {
            longName = Optional.empty();
            longSize = Optional.empty();
          }
        }
      }
      offset = content + TarHeader.padded(size);
    }
    return files;
  }

  private static byte[] extended(FileChannel archive, long offset, long size) throws IOException {
    if (size > MAX_EXTENDED) {
      throw new InvalidTarException("an extended header is too large");
    }
    return block(archive, offset, (int) size);
  }

  private static byte[] block(FileChannel archive, long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (archive.read(buffer, offset + buffer.position()) < 0) {
        throw new InvalidTarException("it ends within an entry");
      }
    }
    return buffer.array();
  }
}
