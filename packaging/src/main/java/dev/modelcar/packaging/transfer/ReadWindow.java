package dev.modelcar.packaging.transfer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The stretch of a blob that is in memory: filled at its end, given back at its beginning. Its
 * memory is bounded and used again. Not for several threads: its owner holds a lock, but for the
 * bytes of a chunk, which do not change until it is given back.
 */
final class ReadWindow {
  static final int CHUNK = 256 << 10;

  /** Some of the bytes; filled once, then read by everybody. */
  static final class Chunk {
    final long start;
    final byte[] bytes;
    private int length;

    Chunk(long start, byte[] bytes) {
      this.start = start;
      this.bytes = bytes;
    }

    long end() {
      return start + length;
    }

    private boolean isWhole() {
      return length == bytes.length;
    }
  }

  private final int capacity;
  private final Deque<Chunk> chunks = new ArrayDeque<>();
  private final Deque<byte[]> spare = new ArrayDeque<>();
  private boolean recycles = true;
  private boolean closed;
  private long end;

  /**
   * @param bytes how many it holds at most; at least four chunks
   */
  ReadWindow(long bytes) {
    this.capacity = (int) Math.max(4, bytes / CHUNK);
  }

  /** The position of the first byte that is there. */
  long start() {
    return chunks.isEmpty() ? end : chunks.getFirst().start;
  }

  /** The position behind the last byte that is there. */
  long end() {
    return end;
  }

  /** The position behind the first chunk, which is what keeps the window from moving on. */
  Optional<Long> firstEnd() {
    return chunks.isEmpty() ? Optional.empty() : Optional.of(chunks.getFirst().end());
  }

  boolean contains(long position) {
    return position >= start() && position <= end;
  }

  /** Whether nothing can be appended before something is given back. */
  boolean isFull() {
    return chunks.size() >= capacity && (chunks.isEmpty() || chunks.getLast().isWhole());
  }

  /**
   * Appends bytes, at most to the end of a chunk; it must not be {@linkplain #isFull full}.
   *
   * @return how many
   */
  int append(byte[] bytes, int offset, int length) {
    if (chunks.isEmpty() || chunks.getLast().isWhole()) {
      chunks.add(new Chunk(end, spare.isEmpty() ? new byte[CHUNK] : spare.pop()));
    }
    Chunk last = chunks.getLast();
    int count = Math.min(length, CHUNK - last.length);
    System.arraycopy(bytes, offset, last.bytes, last.length, count);
    last.length += count;
    end += count;
    return count;
  }

  /** Whether the last chunk is whole: for less nobody needs to be woken. */
  boolean endsWithWholeChunk() {
    return !chunks.isEmpty() && chunks.getLast().isWhole();
  }

  /** The chunk that has the byte at a position. */
  Optional<Chunk> at(long position) {
    for (Chunk chunk : chunks) {
      if (position >= chunk.start && position < chunk.end()) {
        return Optional.of(chunk);
      }
    }
    return Optional.empty();
  }

  /** Gives back the chunks that lie before a position, as far as they are whole. */
  void giveBackBefore(long position) {
    while (!chunks.isEmpty()
        && chunks.getFirst().end() <= position
        && (chunks.getFirst().isWhole() || closed)) {
      byte[] passed = chunks.remove().bytes;
      if (recycles && !closed) {
        spare.push(passed);
      }
    }
  }

  /** Somebody may still read a chunk that is given back: no memory is used again from now on. */
  void neverRecycle() {
    recycles = false;
  }

  /** Nothing will be appended any more. */
  void close() {
    closed = true;
    spare.clear();
  }

  /** Empties it, and goes on at a position. */
  void restartAt(long position) {
    chunks.clear();
    end = position;
  }
}
