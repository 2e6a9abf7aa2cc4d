package dev.modelcar.oci.layout;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads a blob that is a file, or a stretch of one. */
final class FileBlobReader implements BlobReader {
  private static final int BUFFER = 256 << 10;

  private final Path file;
  private final FileChannel channel;
  private final long end;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private long position;

  /**
   * @param offset within the blob
   * @param start of the blob within the file
   * @param size of the blob
   */
  FileBlobReader(Path file, long offset, long start, long size) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    this.position = start + offset;
    this.end = start + size;
  }

  @Override
  public long transferTo(OutputStream out, long limit) throws IOException {
    if (position == end) {
      return -1;
    }
    buffer.clear().limit((int) Math.min(Math.min(BUFFER, limit), end - position));
    int count;
    try {
      count = channel.read(buffer, position);
    } catch (IOException e) {
      throw DiskErrors.of(e, "reading", file);
    }
    if (count < 0) {
      throw new ModelcarException(
          CoreError.VERIFICATION_FAILED, "the file " + file + " is truncated");
    }
    out.write(buffer.array(), 0, count);
    position += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
