package dev.modelcar.packaging.transfer;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A blob that is read once for several targets, as one of them sees it. Its fields belong to the
 * {@link SharedRead}, whose lock guards them.
 */
final class TargetView implements BlobContent {
  final int index;
  long position;
  boolean attached = true;
  boolean detached;
  boolean alone;
  boolean waitsForBytes;

  private final BlobContent source;
  private final SharedRead read;

  /** Bytes that are there; they stay as they are until the target has passed them on. */
  static final class Slice {
    private final byte[] bytes;
    private final int from;
    private final int count;

    Slice(byte[] bytes, int from, int count) {
      this.bytes = bytes;
      this.from = from;
      this.count = count;
    }
  }

  TargetView(BlobContent source, SharedRead read, int index) {
    this.source = source;
    this.read = read;
    this.index = index;
  }

  /** Whether the window cannot move on because of this target. */
  boolean holdsBack(long firstEnd) {
    return attached && !alone && !waitsForBytes && position < firstEnd;
  }

  @Override
  public OptionalLong size() {
    return source.size();
  }

  @Override
  public Optional<Digest> digest() {
    return source.digest();
  }

  @Override
  public BlobContent origin() {
    return source.origin();
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public BlobReader open(long offset) {
    return new Reader(read.open(this, offset));
  }

  private final class Reader implements BlobReader {
    private final int generation;
    private Optional<BlobReader> own = Optional.empty();

    Reader(int generation) {
      this.generation = generation;
    }

    @Override
    public long transferTo(OutputStream out, long limit) throws IOException {
      Optional<Slice> found = read.await(TargetView.this, generation, limit);
      long count;
      if (found.isPresent()) {
        closeOwn();
        Slice slice = found.get();
        out.write(slice.bytes, slice.from, slice.count);
        count = slice.count;
      } else if (alone) {
        if (own.isEmpty()) {
          own = Optional.of(source.open(position));
        }
        count = own.get().transferTo(out, limit);
      } else {
        return -1;
      }
      if (count > 0) {
        read.moved(TargetView.this, count);
      }
      return count;
    }

    private void closeOwn() throws IOException {
      if (own.isPresent()) {
        BlobReader reader = own.get();
        own = Optional.empty();
        reader.close();
      }
    }

    @Override
    public void close() throws IOException {
      closeOwn();
    }
  }
}
