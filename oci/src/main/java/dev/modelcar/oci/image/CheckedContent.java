package dev.modelcar.oci.image;

import dev.modelcar.core.Digest;
import dev.modelcar.core.Sha256;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.WrongContentException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A blob of an image, read where it is. Each byte is hashed the first time that it passes, whoever
 * reads it; bytes that are not what the digest promises are found out before the last one is passed
 * on.
 */
public final class CheckedContent implements BlobContent {
  private final ImageReader reader;
  private final Descriptor blob;
  private final ReentrantLock lock = new ReentrantLock();
  private Sha256 hash;
  private boolean leftToTargets;
  private boolean started;

  public CheckedContent(ImageReader reader, Descriptor blob) {
    this(reader, blob, false);
  }

  /**
   * @param checkedByTargets whether every target computes the digest itself before it takes a blob,
   *     as registries do: the first pass is then not hashed here as well; later ones are, to find
   *     out which side is wrong
   */
  public CheckedContent(ImageReader reader, Descriptor blob, boolean checkedByTargets) {
    this.reader = reader;
    this.blob = blob;
    this.leftToTargets = checkedByTargets;
    this.hash = Sha256.create(blob.size());
  }

  @Override
  public OptionalLong size() {
    return OptionalLong.of(blob.size());
  }

  @Override
  public Optional<Digest> digest() {
    return Optional.of(blob.digest());
  }

  @Override
  public String name() {
    return blob.digest().algorithm().id() + ":" + blob.digest().shortHex();
  }

  @Override
  public BlobReader open(long offset) throws IOException {
    if (isLeftToTargets(offset)) {
      return reader.openBlob(blob, offset);
    }
    long known = hashed();
    BlobReader in = reader.openBlob(blob, Math.min(offset, known));
    Checked checked = new Checked(in, Math.min(offset, known));
    try {
      while (checked.position < offset) {
        checked.transferTo(OutputStream.nullOutputStream(), offset - checked.position);
      }
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
    return checked;
  }

  private boolean isLeftToTargets(long offset) {
    lock.lock();
    try {
      leftToTargets &= offset > 0 || !started;
      started = true;
      return leftToTargets;
    } finally {
      lock.unlock();
    }
  }

  private long hashed() {
    lock.lock();
    try {
      return hash.count();
    } finally {
      lock.unlock();
    }
  }

  /** Takes note of bytes at a position; those that were seen before are passed over. */
  private void pass(long position, byte[] bytes, int offset, int length)
      throws WrongContentException {
    lock.lock();
    try {
      if (position > hash.count()) {
        throw new WrongContentException(name() + " is read again from the start");
      }
      int seen = (int) Math.min(length, hash.count() - position);
      hash.update(bytes, offset + seen, length - seen);
      boolean whole = seen < length && hash.count() == blob.size();
      if (whole && isSha256() && !hash.digest().equals(blob.digest())) {
        hash = Sha256.create(blob.size());
        throw new WrongContentException(
            "the content of %s in %s does not match its digest"
                .formatted(blob.digest(), reader.location()));
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isSha256() {
    return blob.digest().algorithm() == Digest.Algorithm.SHA256;
  }

  private final class Checked implements BlobReader {
    private final BlobReader in;
    private long position;

    Checked(BlobReader in, long position) {
      this.in = in;
      this.position = position;
    }

    @Override
    public long transferTo(OutputStream out, long limit) throws IOException {
      return in.transferTo(
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
              pass(position, bytes, offset, length);
              out.write(bytes, offset, length);
              position += length;
            }
          },
          limit);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
