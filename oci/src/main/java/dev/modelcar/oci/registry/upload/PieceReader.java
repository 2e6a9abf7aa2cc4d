package dev.modelcar.oci.registry.upload;

import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.TransferListener;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Keeps a blob open between pieces, and reopens it where a piece starts elsewhere. */
final class PieceReader implements AutoCloseable {
  private final BlobContent content;
  private final TransferListener listener;
  private Optional<BlobReader> open = Optional.empty();
  private long position;
  private long highest;
  private LongSupplier clock = () -> 0;
  private long began;
  private long lastMoved;

  PieceReader(BlobContent content, TransferListener listener) {
    this.content = content;
    this.listener = listener;
  }

  /** Behind the last byte that was written. */
  long position() {
    return position;
  }

  /** The greatest position ever: no registry can have more. */
  long highest() {
    return highest;
  }

  /** A request begins. */
  void begin(LongSupplier nanoTime) {
    clock = nanoTime;
    began = clock.getAsLong();
    lastMoved = began;
  }

  /** The request is over, so whatever time it took was no silence. */
  void touch() {
    lastMoved = clock.getAsLong();
  }

  /** How long bytes of the request went out; silence after that does not count. */
  Duration busy() {
    return Duration.ofNanos(lastMoved - began);
  }

  /** Writes the bytes from an offset on, as many as asked for or as there are. */
  void write(OutputStream out, long from, long length) throws IOException {
    if (open.isEmpty() || position != from) {
      reset();
      open = Optional.of(content.open(from));
      position = from;
    }
    BlobReader reader = open.get();
    long left = length;
    while (left > 0) {
      long count = reader.transferTo(out, left);
      if (count < 0) {
        return;
      }
      position += count;
      lastMoved = clock.getAsLong();
      left -= count;
      highest = Math.max(highest, position);
      listener.moved(count);
    }
  }

  /** The next piece is read from the source again. */
  void reset() throws IOException {
    if (open.isPresent()) {
      BlobReader reader = open.get();
      open = Optional.empty();
      reader.close();
    }
  }

  @Override
  public void close() throws IOException {
    reset();
  }
}
