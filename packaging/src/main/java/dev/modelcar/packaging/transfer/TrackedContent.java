package dev.modelcar.packaging.transfer;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.WrongContentException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Tells failures of a source from failures of the target that reads it, and lets a shipment that is
 * over anyway end its reads.
 */
public final class TrackedContent implements BlobContent {
  private final BlobContent content;
  private final BooleanSupplier isOver;
  private final AtomicReference<Optional<ModelcarException>> failure =
      new AtomicReference<>(Optional.empty());

  public TrackedContent(BlobContent content, BooleanSupplier isOver) {
    this.content = content;
    this.isOver = isOver;
  }

  /** Why the source cannot be read, if it cannot. */
  public Optional<ModelcarException> failure() {
    return failure.get();
  }

  @Override
  public OptionalLong size() {
    return content.size();
  }

  @Override
  public Optional<Digest> digest() {
    return content.digest();
  }

  @Override
  public BlobContent origin() {
    return content.origin();
  }

  @Override
  public String name() {
    return content.name();
  }

  @Override
  public BlobReader open(long offset) throws IOException {
    BlobReader reader = attempt(() -> content.open(offset));
    long size = content.size().orElse(Long.MAX_VALUE);
    return new BlobReader() {
      private long position = offset;

      @Override
      public long transferTo(OutputStream out, long limit) throws IOException {
        // Where all bytes were sent, the upload is closed: what has arrived need not come again.
        if (position < size && isOver.getAsBoolean()) {
          throw new ModelcarException(CoreError.STOPPED, "the shipment is over");
        }
        Guarded guarded = new Guarded(out);
        try {
          long count = reader.transferTo(guarded, limit);
          position += Math.max(0, count);
          return count;
        } catch (ModelcarException e) {
          if (!guarded.failed) {
            note(e);
          }
          throw e;
        }
      }

      @Override
      public void close() throws IOException {
        reader.close();
      }
    };
  }

  private interface Opening {
    BlobReader open() throws IOException;
  }

  private BlobReader attempt(Opening opening) throws IOException {
    try {
      return opening.open();
    } catch (WrongContentException e) {
      throw e;
    } catch (ModelcarException e) {
      note(e);
      throw e;
    }
  }

  private void note(ModelcarException e) {
    failure.updateAndGet(first -> first.isPresent() ? first : Optional.of(e));
  }

  /** Remembers whether it was the target that failed. */
  private static final class Guarded extends OutputStream {
    private final OutputStream out;
    private boolean failed;

    Guarded(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      failed = true;
      out.write(bytes, offset, length);
      failed = false;
    }
  }
}
