package dev.modelcar.oci.layout;

import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.TransferListener;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writes a whole blob into a file at a position. */
final class FileBlobWriter {
  private FileBlobWriter() {}

  /** Returns the number of bytes. */
  static long write(BlobContent content, FileChannel channel, long start, TransferListener listener)
      throws IOException {
    long written = 0;
    try (BlobReader reader = content.open(0)) {
      Positioned out = new Positioned(channel, start);
      for (long n = reader.transferTo(out, Long.MAX_VALUE);
          n >= 0;
          n = reader.transferTo(out, Long.MAX_VALUE)) {
        written += n;
        listener.moved(n);
      }
    }
    channel.force(false);
    return written;
  }

  /** A stream into a file that several write at once, each at a place of its own. */
  private static final class Positioned extends OutputStream {
    private final FileChannel channel;
    private long position;

    Positioned(FileChannel channel, long position) {
      this.channel = channel;
      this.position = position;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      while (buffer.hasRemaining()) {
        position += channel.write(buffer, position);
      }
    }
  }
}
