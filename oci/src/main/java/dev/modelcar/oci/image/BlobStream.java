package dev.modelcar.oci.image;

import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** A blob as a stream; what is skipped is not read. */
final class BlobStream extends InputStream {
  private static final int CHUNK = 256 << 10;

  private final ImageReader location;
  private final Descriptor blob;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private BlobReader reader;
  private byte[] chunk = new byte[0];
  private int position;
  private long next;

  BlobStream(ImageReader location, Descriptor blob) throws IOException {
    this.location = location;
    this.blob = blob;
    this.reader = location.openBlob(blob, 0);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (position == chunk.length) {
      buffer.reset();
      if (reader.transferTo(buffer, CHUNK) < 0) {
        return -1;
      }
      chunk = buffer.toByteArray();
      next += chunk.length;
      position = 0;
    }
    int count = Math.min(length, chunk.length - position);
    System.arraycopy(chunk, position, target, offset, count);
    position += count;
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    int buffered = chunk.length - position;
    long wanted = Math.min(count, blob.size() - (next - buffered));
    if (wanted <= buffered + CHUNK) {
      return super.skip(wanted);
    }
    next += wanted - buffered;
    chunk = new byte[0];
    position = 0;
    reader.close();
    reader = location.openBlob(blob, next);
    return wanted;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
