package dev.modelcar.source;

import dev.modelcar.core.ChunkReader;
import java.io.IOException;
import java.util.Optional;

/**
 * A file of a snapshot.
 *
 * @param path within the snapshot, with {@code /} between its parts
 * @param size in bytes
 * @param content the digest of its content, where the source knows it
 * @param identity changes when the file does, where the source has no digest: size, time and inode
 * @param opener reads it
 */
public record ModelFile(
    String path,
    long size,
    Optional<ContentDigest> content,
    Optional<FileIdentity> identity,
    Opener opener) {

  /** Opens a file. */
  @FunctionalInterface
  public interface Opener {
    /** Reads from an offset to the end. */
    ChunkReader open(long offset) throws IOException;
  }

  /** The last part of the path. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * Reads from an offset to the end.
   *
   * @throws dev.modelcar.core.ModelcarException with what is wrong with the source, after its own
   *     retries
   */
  public ChunkReader open(long offset) throws IOException {
    return opener.open(offset);
  }

  /** At most the first {@code count} bytes. */
  public byte[] head(int count) throws IOException {
    byte[] head = new byte[(int) Math.min(count, size)];
    int filled = 0;
    try (ChunkReader reader = opener instanceof HeadOpener h ? h.openHead(head.length) : open(0)) {
      while (filled < head.length) {
        var chunk = reader.next();
        if (!chunk.hasRemaining()) {
          break;
        }
        int count2 = Math.min(chunk.remaining(), head.length - filled);
        chunk.get(head, filled, count2);
        filled += count2;
      }
    }
    return filled == head.length ? head : java.util.Arrays.copyOf(head, filled);
  }

  /** An opener that can be asked for the first bytes alone, so that no others travel. */
  public interface HeadOpener extends Opener {
    ChunkReader openHead(int count) throws IOException;
  }
}
