package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.model.Content;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** Bytes in memory that grow without being copied. */
final class SegmentedBytes implements Content {
  private static final int FIRST_SEGMENT = 16 << 10;
  private static final int LARGEST_SEGMENT = 4 << 20;

  private final List<byte[]> segments = new ArrayList<>();
  private int usedOfLast;
  private long size;

  @Override
  public synchronized long size() {
    return size;
  }

  synchronized void append(byte[] source, int offset, int length) {
    int from = offset;
    int end = offset + length;
    while (from < end) {
      if (segments.isEmpty() || usedOfLast == segments.getLast().length) {
        segments.add(new byte[Math.clamp(size, FIRST_SEGMENT, LARGEST_SEGMENT)]);
        usedOfLast = 0;
      }
      byte[] last = segments.getLast();
      int count = Math.min(end - from, last.length - usedOfLast);
      System.arraycopy(source, from, last, usedOfLast, count);
      usedOfLast += count;
      size += count;
      from += count;
    }
  }

  synchronized void truncate(long newSize) {
    while (size - usedOfLast >= newSize && !segments.isEmpty()) {
      size -= usedOfLast;
      segments.removeLast();
      usedOfLast = segments.isEmpty() ? 0 : segments.getLast().length;
    }
    usedOfLast -= (int) (size - newSize);
    size = newSize;
  }

  @Override
  public void writeTo(OutputStream out, long from, long to) throws IOException {
    if (from < 0 || to < from || to > size()) {
      throw new IndexOutOfBoundsException(from + " to " + to + " of " + size() + " bytes");
    }
    long start = 0;
    for (byte[] segment : snapshot()) {
      int begin = Math.clamp(from - start, 0, segment.length);
      int end = Math.clamp(to - start, 0, segment.length);
      if (begin < end) {
        out.write(segment, begin, end - begin);
      }
      start += segment.length;
    }
  }

  private synchronized List<byte[]> snapshot() {
    return List.copyOf(segments);
  }
}
