package dev.modelcar.http.ranges;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all readers of a process share: memory for bytes that came but are not yet read, and
 * connections. It is divided evenly among the readers that are open.
 */
public final class ReadBudget {
  /** The size of one buffer. */
  public static final int BUFFER = 256 << 10;

  private static final int LEAST_BUFFERS = 8;
  private static final int RESERVED = 2;

  private final int buffers;
  private final int connections;
  private final AtomicInteger readers = new AtomicInteger();
  private final AtomicInteger idleCount = new AtomicInteger();
  private final ConcurrentLinkedQueue<byte[]> idle = new ConcurrentLinkedQueue<>();

  /**
   * @param bytes memory for all readers together
   * @param connections for all readers together; each reader may have two at the least
   */
  public ReadBudget(long bytes, int connections) {
    this.buffers = (int) Math.max(LEAST_BUFFERS, bytes / BUFFER);
    this.connections = connections;
  }

  void enter() {
    readers.incrementAndGet();
  }

  void leave() {
    readers.decrementAndGet();
  }

  /** How many buffers one reader may hold now. */
  int buffersPerReader() {
    return Math.max(LEAST_BUFFERS, buffers / Math.max(1, readers.get()));
  }

  /** How many ranges one reader may fetch at once now. */
  int connectionsPerReader() {
    return Math.max(2, connections / Math.max(1, readers.get()));
  }

  /** Whether the share of one reader reaches for so many segments. */
  boolean hasRoomFor(int segments) {
    return segments * (ReadAhead.SEGMENT / BUFFER) <= buffersPerReader();
  }

  /**
   * Whether a reader may take one more buffer. Two are kept for the segment that is read next,
   * which goes on even where the share has shrunk since others took theirs.
   *
   * @param held how many the reader has
   * @param next whether the buffer is for the segment that is read next
   * @param ready how many of that segment's are full and not yet read
   */
  boolean mayTake(int held, boolean next, int ready) {
    int share = buffersPerReader();
    return held < share - RESERVED || (next && (held < share || ready < RESERVED));
  }

  byte[] take() {
    byte[] buffer = idle.poll();
    if (buffer == null) {
      return new byte[BUFFER];
    }
    idleCount.decrementAndGet();
    return buffer;
  }

  void giveBack(ByteBuffer buffer) {
    if (idleCount.incrementAndGet() <= buffers && buffer.arrayOffset() == 0) {
      idle.add(buffer.array());
    } else {
      idleCount.decrementAndGet();
    }
  }
}
