package dev.modelcar.oci.tar;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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
      if (isZero(header)) {
        break;
      }
      checkSum(header);
      char type = (char) header[156];
      boolean regular = type == '0' || type == 0 || type == '7';
      long size = regular && longSize.isPresent() ? longSize.get() : number(header, 124, 12);
      long content = offset + BLOCK;
      if (size < 0 || size > end - content) {
        throw new InvalidTarException("an entry is longer than the archive");
      }
      switch (type) {
        case 'L' -> longName = Optional.of(text(extended(archive, content, size)));
        case 'x' -> {
          Map<String, String> records = paxRecords(extended(archive, content, size));
          longName = Optional.ofNullable(records.get("path")).or(() -> Optional.empty());
          longSize = Optional.ofNullable(records.get("size")).map(TarIndex::decimal);
        }
        default -> {
          if (regular) {
            String name = longName.orElseGet(() -> name(header));
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
      throw new InvalidTarException("an extended header is larger than any needs to be");
    }
    return block(archive, offset, (int) size);
  }

  private static byte[] block(FileChannel archive, long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (archive.read(buffer, offset + buffer.position()) < 0) {
        throw new InvalidTarException("it ends in the middle of an entry");
      }
    }
    return buffer.array();
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static void checkSum(byte[] header) throws InvalidTarException {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
    }
    if (number(header, 148, 8) != sum) {
      throw new InvalidTarException("a header is damaged");
    }
  }

  private static String name(byte[] header) {
    String name = text(header, 0, 100);
    boolean ustar = text(header, 257, 6).equals("ustar");
    String prefix = ustar && header[262] == 0 ? text(header, 345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String text(byte[] bytes) {
    return text(bytes, 0, bytes.length);
  }

  private static String text(byte[] bytes, int at, int length) {
    int end = at;
    while (end < at + length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, at, end - at, StandardCharsets.UTF_8);
  }

  /** Octal digits, or, with the top bit set, base 256; -1 for what is neither. */
  private static long number(byte[] header, int at, int length) {
    if ((header[at] & 0x80) != 0) {
      long value = header[at] & 0x7f;
      for (int i = at + 1; i < at + length; i++) {
        if (value >>> 55 != 0) {
          return -1;
        }
        value = (value << 8) | (header[i] & 0xff);
      }
      return value;
    }
    String digits = text(header, at, length).strip();
    if (!digits.matches("[0-7]{0,20}")) {
      return -1;
    }
    return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
  }

  private static Map<String, String> paxRecords(byte[] content) throws InvalidTarException {
    Map<String, String> records = new LinkedHashMap<>();
    int at = 0;
    while (at < content.length) {
      int space = at;
      while (space < content.length && content[space] != ' ') {
        space++;
      }
      String length = new String(content, at, space - at, StandardCharsets.US_ASCII);
      if (!length.matches("[1-9]\\d{0,6}") || at + Integer.parseInt(length) > content.length) {
        throw new InvalidTarException("a PAX record is damaged");
      }
      int end = at + Integer.parseInt(length);
      if (end <= space + 1) {
        throw new InvalidTarException("a PAX record is damaged");
      }
      String record = new String(content, space + 1, end - space - 2, StandardCharsets.UTF_8);
      int equals = record.indexOf('=');
      if (equals > 0) {
        records.put(record.substring(0, equals), record.substring(equals + 1));
      }
      at = end;
    }
    return records;
  }

  private static long decimal(String digits) {
    return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : -1;
  }
}
