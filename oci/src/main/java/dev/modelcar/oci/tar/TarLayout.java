package dev.modelcar.oci.tar;

import dev.modelcar.oci.tar.TarLayout.Segment.Bytes;
import dev.modelcar.oci.tar.TarLayout.Segment.Content;
import java.util.ArrayList;
import java.util.List;

/**
 * What lies where in a tar file of given entries: its size and, for any offset, whether a header,
 * the content of a file, or padding stands there. The same entries give the same bytes everywhere.
 * Two blocks of zeros end it; there is no further blocking.
 */
public final class TarLayout {
  /** Part of every recipe: another number means that the same entries give other bytes. */
  public static final int FORMAT = 1;

  private static final int END = 2 * TarHeader.BLOCK;

  private final List<TarEntry> entries;
  private final List<Segment> segments;
  private final long size;

  /** A stretch of the tar file. */
  public sealed interface Segment {
    /** Where it begins. */
    long offset();

    long length();

    default long end() {
      return offset() + length();
    }

    /** Bytes that are known: headers and padding. */
    @SuppressWarnings("ArrayRecordComponent") // written out, never compared
    record Bytes(long offset, byte[] bytes) implements Segment {
      @Override
      public long length() {
        return bytes.length;
      }
    }

    /** The content of the file with this index among the entries. */
    record Content(long offset, int entry, long length) implements Segment {}
  }

  private TarLayout(List<TarEntry> entries, List<Segment> segments, long size) {
    this.entries = entries;
    this.segments = segments;
    this.size = size;
  }

  public static TarLayout of(List<TarEntry> entries) {
    List<Segment> segments = new ArrayList<>();
    long offset = 0;
    for (int i = 0; i < entries.size(); i++) {
      TarEntry entry = entries.get(i);
      offset = add(segments, new Bytes(offset, TarHeader.of(entry)));
      if (entry.size() > 0) {
        offset = add(segments, new Content(offset, i, entry.size()));
        int padding = (int) (TarHeader.padded(entry.size()) - entry.size());
        offset = add(segments, new Bytes(offset, new byte[padding]));
      }
    }
    offset = add(segments, new Bytes(offset, new byte[END]));
    return new TarLayout(List.copyOf(entries), List.copyOf(segments), offset);
  }

  private static long add(List<Segment> segments, Segment segment) {
    if (segment.length() > 0) {
      segments.add(segment);
    }
    return segment.end();
  }

  /** The size of a tar file of these entries, without laying it out. */
  public static long sizeOf(List<TarEntry> entries) {
    long size = END;
    for (TarEntry entry : entries) {
      size += TarHeader.of(entry).length + TarHeader.padded(entry.size());
    }
    return size;
  }

  public List<TarEntry> entries() {
    return entries;
  }

  /** All stretches in order, without gaps. */
  public List<Segment> segments() {
    return segments;
  }

  /** The size of the whole file in bytes. */
  public long size() {
    return size;
  }

  /** The index of the stretch that holds an offset; the number of stretches at the end. */
  public int segmentAt(long offset) {
    int low = 0;
    int high = segments.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (segments.get(middle).end() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
