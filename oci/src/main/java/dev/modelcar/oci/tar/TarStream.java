package dev.modelcar.oci.tar;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads a tar file from a stream, entry by entry, in the formats that {@link TarIndex} knows. */
public final class TarStream {
  private static final int MAX_ENTRIES = 1_000_000;
  private static final int MAX_EXTENDED = 1 << 20;

  private TarStream() {}

  /** An entry as it stands in a tar file; its path may be anything, and so may a link's target. */
  public record Entry(
      char type, String path, String link, int mode, long uid, long gid, long size) {
    public boolean isFile() {
      return type == '0' || type == 0 || type == '7';
    }

    public boolean isSymbolicLink() {
      return type == '2';
    }

    public boolean isHardLink() {
      return type == '1';
    }

    public boolean isDirectory() {
      return type == '5';
    }
  }

  /** Gets entries in their order; the content ends with the entry and need not be read. */
  @FunctionalInterface
  public interface Visitor {
    void visit(Entry entry, InputStream content) throws IOException;
  }

  /** Reads to the end of the stream. */
  public static void read(InputStream in, Visitor visitor) throws IOException {
    Optional<String> longName = Optional.empty();
    Optional<String> longLink = Optional.empty();
    Optional<Long> longSize = Optional.empty();
    for (int entries = 0; entries < MAX_ENTRIES; entries++) {
      byte[] header = in.readNBytes(TarHeader.BLOCK);
      if (header.length == 0 || TarFields.isZero(header)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
        return;
      }
      TarFields.check(header);
      char type = (char) header[156];
      long size = TarFields.number(header, 124, 12);
      if (size < 0) {
        throw new TarIndex.InvalidTarException("an entry has no size");
      }
      if (type == 'L') {
        longName = Optional.of(TarFields.text(extended(in, size)));
      } else if (type == 'x') {
        var records = TarFields.paxRecords(extended(in, size));
        longName = Optional.ofNullable(records.get("path"));
        longLink = Optional.ofNullable(records.get("linkpath"));
        longSize = Optional.ofNullable(records.get("size")).map(TarFields::decimal);
      } else if (type == 'K') {
        longLink = Optional.of(TarFields.text(extended(in, size)));
      } else if (type == 'g') {
        extended(in, size);
      } else {
        Entry entry = entry(header, type, longName, longLink, longSize.orElse(size));
        if (entry.size() < 0) {
          throw new TarIndex.InvalidTarException("an entry has no size");
        }
        Bounded content = new Bounded(in, entry.size());
        visitor.visit(entry, content);
        content.skipRest();
        skipAll(in, TarHeader.padded(entry.size()) - entry.size());
        longName = Optional.empty();
        longLink = Optional.empty();
        longSize = Optional.empty();
      }
    }
    throw new TarIndex.InvalidTarException("it has more than a million entries");
  }

  private static Entry entry(
      byte[] header, char type, Optional<String> longName, Optional<String> longLink, long size) {
    String path = longName.orElseGet(() -> TarFields.name(header));
    return new Entry(
        type,
        path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
        longLink.orElseGet(() -> TarFields.text(header, 157, 100)),
        (int) TarFields.number(header, 100, 8),
        TarFields.number(header, 108, 8),
        TarFields.number(header, 116, 8),
        type == '5' || type == '2' || type == '1' ? 0 : size);
  }

  private static byte[] extended(InputStream in, long size) throws IOException {
    if (size > MAX_EXTENDED) {
      throw new TarIndex.InvalidTarException("an extended header is too large");
    }
    byte[] content = in.readNBytes((int) size);
    if (content.length < size) {
      throw endsEarly();
    }
    skipAll(in, TarHeader.padded(size) - size);
    return content;
  }

  private static void skipAll(InputStream in, long count) throws IOException {
    try {
      in.skipNBytes(count);
    } catch (EOFException e) {
      throw endsEarly();
    }
  }

  private static TarIndex.InvalidTarException endsEarly() {
    return new TarIndex.InvalidTarException("it ends within an entry");
  }

  /** The content of one entry. */
  private static final class Bounded extends InputStream {
    private final InputStream in;
    private long left;

    Bounded(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(buffer, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw endsEarly();
      }
      left -= count;
      return count;
    }

    void skipRest() throws IOException {
      skipAll(in, left);
      left = 0;
    }
  }
}
