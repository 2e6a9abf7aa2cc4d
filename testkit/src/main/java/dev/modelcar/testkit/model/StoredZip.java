package dev.modelcar.testkit.model;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/**
 * A zip archive of uncompressed entries of any size, none of which is read before its checksum is.
 * Checksums follow the entries (general purpose bit 3); sizes and offsets are always in the 64-bit
 * form, which every reader of large archives knows.
 */
final class StoredZip {
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int DATA_DESCRIPTOR = 0x08074b50;
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int END = 0x06054b50;
  private static final short VERSION_4_5 = 45;
  private static final short CHECKSUM_FOLLOWS = 1 << 3;
  private static final short FIRST_OF_JANUARY_1980 = 0x21;
  private static final short EXTRA_64 = 1;
  private static final int LOCAL_EXTRA = 20;
  private static final int CENTRAL_EXTRA = 28;
  private static final int DESCRIPTOR_SIZE = 24;
  private static final int ENDS_SIZE = 56 + 20 + 22;
  private static final int ALL_ONES = -1;

  private StoredZip() {}

  /** A file of the archive. */
  record Entry(String name, Content content) {
    private byte[] nameBytes() {
      return name.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** An entry where it lies. */
  private static final class Placed {
    private final Entry entry;
    private final long offset;
    private Optional<Integer> checksum = Optional.empty();

    Placed(Entry entry, long offset) {
      this.entry = entry;
      this.offset = offset;
    }

    synchronized int checksum() {
      if (checksum.isEmpty()) {
        checksum = Optional.of(crc32(entry.content()));
      }
      return checksum.get();
    }
  }

  static Content of(List<Entry> entries, String identity) {
    List<Content> parts = new ArrayList<>();
    List<Placed> placed = new ArrayList<>();
    long offset = 0;
    for (Entry entry : entries) {
      Placed place = new Placed(entry, offset);
      placed.add(place);
      Content header = Content.of(localHeader(entry));
      Content descriptor = new LazyContent(DESCRIPTOR_SIZE, () -> descriptor(place));
      parts.addAll(List.of(header, entry.content(), descriptor));
      offset += header.size() + entry.content().size() + DESCRIPTOR_SIZE;
    }
    long directoryStart = offset;
    int directorySize =
        entries.stream().mapToInt(e -> 46 + e.nameBytes().length + CENTRAL_EXTRA).sum();
    parts.add(new LazyContent(directorySize, () -> directory(placed, directorySize)));
    parts.add(Content.of(ends(entries.size(), directoryStart, directorySize)));
    return new JoinedContent(parts, identity);
  }

  private static int crc32(Content content) {
    try {
      CheckedOutputStream sum =
          new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
      content.writeTo(sum, 0, content.size());
      return (int) sum.getChecksum().getValue();
    } catch (IOException e) {
      throw new UncheckedIOException("a content that cannot be read", e);
    }
  }

  private static byte[] localHeader(Entry entry) {
    byte[] name = entry.nameBytes();
    return ByteBuffer.allocate(30 + name.length + LOCAL_EXTRA)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(LOCAL_HEADER)
        .putShort(VERSION_4_5)
        .putShort(CHECKSUM_FOLLOWS)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort(FIRST_OF_JANUARY_1980)
        .putInt(0)
        .putInt(ALL_ONES)
        .putInt(ALL_ONES)
        .putShort((short) name.length)
        .putShort((short) LOCAL_EXTRA)
        .put(name)
        .putShort(EXTRA_64)
        .putShort((short) (LOCAL_EXTRA - 4))
        .putLong(entry.content().size())
        .putLong(entry.content().size())
        .array();
  }

  private static byte[] descriptor(Placed place) {
    return ByteBuffer.allocate(DESCRIPTOR_SIZE)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(DATA_DESCRIPTOR)
        .putInt(place.checksum())
        .putLong(place.entry.content().size())
        .putLong(place.entry.content().size())
        .array();
  }

  private static byte[] directory(List<Placed> entries, int size) {
    byte[] bytes = new byte[size];
    ByteBuffer directory = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (Placed place : entries) {
      byte[] name = place.entry.nameBytes();
      directory
          .putInt(CENTRAL_HEADER)
          .putShort(VERSION_4_5)
          .putShort(VERSION_4_5)
          .putShort(CHECKSUM_FOLLOWS)
          .putShort((short) 0)
          .putShort((short) 0)
          .putShort(FIRST_OF_JANUARY_1980)
          .putInt(place.checksum())
          .putInt(ALL_ONES)
          .putInt(ALL_ONES)
          .putShort((short) name.length)
          .putShort((short) CENTRAL_EXTRA)
          .put(new byte[10])
          .putInt(ALL_ONES)
          .put(name)
          .putShort(EXTRA_64)
          .putShort((short) (CENTRAL_EXTRA - 4))
          .putLong(place.entry.content().size())
          .putLong(place.entry.content().size())
          .putLong(place.offset);
    }
    return bytes;
  }

  private static byte[] ends(int entries, long directoryStart, int directorySize) {
    return ByteBuffer.allocate(ENDS_SIZE)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(END_64)
        .putLong(44)
        .putShort(VERSION_4_5)
        .putShort(VERSION_4_5)
        .putLong(0)
        .putLong(entries)
        .putLong(entries)
        .putLong(directorySize)
        .putLong(directoryStart)
        .putInt(LOCATOR_64)
        .putInt(0)
        .putLong(directoryStart + directorySize)
        .putInt(1)
        .putInt(END)
        .putInt(0)
        .putShort((short) entries)
        .putShort((short) entries)
        .putInt(directorySize)
        .putInt(ALL_ONES)
        .putShort((short) 0)
        .array();
  }
}
