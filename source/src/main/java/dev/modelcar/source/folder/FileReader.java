package dev.modelcar.source.folder;

import dev.modelcar.core.ChunkReader;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.source.FileIdentity;
import dev.modelcar.source.SourceError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * Reads a file and fails if it has changed since it was listed, before the first or after the last
 * byte.
 */
final class FileReader implements ChunkReader {
  private static final int CHUNK = 256 << 10;

  private final Path file;
  private final String path;
  private final FileIdentity identity;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
  private long position;
  private boolean checkedAtEnd;

  FileReader(Path file, String path, FileIdentity identity, long offset) throws IOException {
    this.file = file;
    this.path = path;
    this.identity = identity;
    this.position = offset;
    try {
      this.channel = FileChannel.open(file, StandardOpenOption.READ);
      channel.position(offset);
    } catch (AccessDeniedException e) {
      throw new ModelcarException(
          SourceError.SOURCE_UNREADABLE, "no permission to read the file " + path, e);
    } catch (NoSuchFileException e) {
      throw changed("was deleted");
    }
    check();
  }

  @Override
  public ByteBuffer next() throws IOException {
    buffer.clear();
    long left = identity.size() - position;
    if (left == 0) {
      if (!checkedAtEnd) {
        check();
        checkedAtEnd = true;
      }
      return buffer.limit(0);
    }
    buffer.limit((int) Math.min(CHUNK, left));
    while (buffer.hasRemaining()) {
      int count;
      try {
        count = channel.read(buffer);
      } catch (IOException e) {
        throw new ModelcarException(
            CoreError.DISK_FAILED, "reading " + path + " failed: " + IoReason.of(e), e);
      }
      if (count < 0) {
        throw changed("was truncated");
      }
      position += count;
    }
    if (position == identity.size()) {
      // Checked together with the last bytes, so that nobody can finish with bytes of another file.
      check();
      checkedAtEnd = true;
    }
    return buffer.flip();
  }

  private void check() throws IOException {
    BasicFileAttributes now;
    try {
      now = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      throw changed("was deleted");
    }
    if (now.size() != identity.size()) {
      throw changed("changed from %d to %d bytes".formatted(identity.size(), now.size()));
    }
    if (now.lastModifiedTime().to(TimeUnit.NANOSECONDS) != identity.modifiedNanos()) {
      throw changed("was modified");
    }
  }

  private ModelcarException changed(String how) {
    return new ModelcarException(
        SourceError.SOURCE_CHANGED, "the file " + path + " " + how + " while it was being read");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It was only read.
    }
  }
}
