package dev.modelcar.source.hub;

import dev.modelcar.core.ChunkReader;
import dev.modelcar.source.ModelFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads a small file once for both who look at its first bytes and who pack it: a request costs
 * more than its bytes. What was read is given away once; whoever finds it wrong and reads again
 * gets what the Hub has.
 */
final class SmallFileMemory implements ModelFile.HeadOpener {
  private static final int LARGEST = 256 << 10;

  /** Of all files of a snapshot. */
  private static final long MOST = 8 << 20;

  private final long size;
  private final AtomicLong total;
  private final Ranges ranges;
  private Optional<byte[]> content = Optional.empty();

  /** Reads a range of the file. */
  @FunctionalInterface
  interface Ranges {
    ChunkReader read(long from, long to);
  }

  /**
   * @param total the bytes of all files of the snapshot that are held
   */
  SmallFileMemory(long size, AtomicLong total, Ranges ranges) {
    this.size = size;
    this.total = total;
    this.ranges = ranges;
  }

  @Override
  public ChunkReader open(long offset) {
    Optional<byte[]> held = offset == 0 ? take() : Optional.empty();
    return held.<ChunkReader>map(bytes -> new Held(bytes, bytes.length))
        .orElseGet(() -> ranges.read(offset, size));
  }

  @Override
  public ChunkReader openHead(int count) throws IOException {
    int wanted = (int) Math.min(count, size);
    Optional<byte[]> held = hold();
    return held.isPresent() ? new Held(held.get(), wanted) : ranges.read(0, wanted);
  }

  private synchronized Optional<byte[]> take() {
    Optional<byte[]> held = content;
    content = Optional.empty();
    held.ifPresent(bytes -> total.addAndGet(-bytes.length));
    return held;
  }

  private synchronized Optional<byte[]> hold() throws IOException {
    if (content.isEmpty() && size > 0 && size <= LARGEST && total.get() + size <= MOST) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) size);
      try (ChunkReader reader = ranges.read(0, size)) {
        ByteBuffer chunk = reader.next();
        while (chunk.hasRemaining()) {
          bytes.write(chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
          chunk = reader.next();
        }
      }
      content = Optional.of(bytes.toByteArray());
      total.addAndGet(bytes.size());
    }
    return content;
  }

  /** The first bytes of what is held. */
  private static final class Held implements ChunkReader {
    private final ByteBuffer rest;

    Held(byte[] bytes, int count) {
      this.rest = ByteBuffer.wrap(bytes, 0, count);
    }

    @Override
    public ByteBuffer next() {
      ByteBuffer all = rest.duplicate();
      rest.position(rest.limit());
      return all;
    }

    @Override
    public void close() {}
  }
}
