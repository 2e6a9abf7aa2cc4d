package dev.modelcar.testkit.model;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The bytes of a file on disk. */
final class FileContent extends DigestedContent {
  private static final int PIECE = 256 << 10;

  private final Path file;
  private final long size;

  FileContent(Path file) throws IOException {
    this.file = file;
    this.size = Files.size(file);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void writeTo(OutputStream out, long from, long to) throws IOException {
    checkRange(from, to);
    byte[] piece = new byte[(int) Math.min(PIECE, to - from)];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long position = from;
      while (position < to) {
        int wanted = (int) Math.min(piece.length, to - position);
        int got = channel.read(ByteBuffer.wrap(piece, 0, wanted), position);
        if (got < 0) {
          throw new EOFException(file + " became shorter");
        }
        out.write(piece, 0, got);
        position += got;
      }
    }
  }
}
