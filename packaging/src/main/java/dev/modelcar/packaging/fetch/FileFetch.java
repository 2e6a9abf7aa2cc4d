package dev.modelcar.packaging.fetch;

import dev.modelcar.core.ChunkReader;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.layers.FileHash;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.SourceError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/**
 * Fetches one file into a part beside its place. A part that an earlier run left is hashed and goes
 * on; a whole part with the wrong digest is thrown away and fetched again.
 */
final class FileFetch {
  private static final int MAX_TRIES = 3;
  private static final int BUFFER = 256 << 10;

  private final ModelFile file;
  private final Path part;

  FileFetch(ModelFile file, Path part) {
    this.file = file;
    this.part = part;
  }

  /** Fetches and verifies; returns the SHA-256 of the content. */
  Digest run(LongConsumer moved, LongConsumer resumed) throws IOException {
    Files.createDirectories(part.getParent());
    for (int tries = 1; ; tries++) {
      FileHash hash = new FileHash(file.content(), file.size(), true);
      try (FileChannel channel =
          FileChannel.open(
              part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        long have = goOn(channel, hash);
        if (have > 0) {
          resumed.accept(have);
        }
        fetch(channel, have, hash, moved);
        channel.force(false);
      }
      if (hash.isRight()) {
        return hash.sha256().orElseThrow();
      }
      Files.delete(part);
      if (tries == MAX_TRIES) {
        throw new ModelcarException(
            CoreError.CONTENT_MISMATCH,
            "the content of %s does not match the digest that its source declares"
                .formatted(file.path()));
      }
      resumed.accept(0);
    }
  }

  /** Hashes what an earlier run left, and returns how much that is. */
  private long goOn(FileChannel channel, FileHash hash) throws IOException {
    if (channel.size() > file.size()) {
      channel.truncate(0);
    }
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    long position = 0;
    while (position < channel.size()) {
      int count = channel.read(buffer.clear(), position);
      hash.update(buffer.array(), 0, count);
      position += count;
    }
    return position;
  }

  private void fetch(FileChannel channel, long from, FileHash hash, LongConsumer moved)
      throws IOException {
    long position = from;
    try (ChunkReader reader = file.open(from)) {
      for (ByteBuffer chunk = reader.next(); chunk.hasRemaining(); chunk = reader.next()) {
        int length = chunk.remaining();
        hash.update(chunk.array(), chunk.arrayOffset() + chunk.position(), length);
        while (chunk.hasRemaining()) {
          position += channel.write(chunk, position);
        }
        moved.accept(length);
      }
    }
    if (position != file.size()) {
      throw new ModelcarException(
          SourceError.SOURCE_CHANGED,
          "%s should have %d bytes, but %d were read"
              .formatted(file.path(), file.size(), position));
    }
  }

  /** Whether a file has the content that the source promises. */
  static boolean hasContent(Path path, ModelFile file) throws IOException {
    FileHash hash = new FileHash(file.content(), file.size(), false);
    try (InputStream in = Files.newInputStream(path)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hash.update(buffer, 0, n);
      }
    }
    return hash.isRight();
  }

  /** Puts a whole part into its place. */
  static void put(Path part, Path place) throws IOException {
    Files.createDirectories(place.getParent());
    Files.move(part, place, StandardCopyOption.REPLACE_EXISTING);
  }
}
