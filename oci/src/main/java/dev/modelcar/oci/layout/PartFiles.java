package dev.modelcar.oci.layout;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Files that are written and have no name yet. Who writes one holds a lock on it, which ends with
 * the process: what nobody holds was left by one that was killed, and may be as large as a model.
 */
final class PartFiles {
  /** A file may be so young that its lock is not taken yet. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private static final Set<Path> LOOKED = ConcurrentHashMap.newKeySet();

  private PartFiles() {}

  /** Opens a file to be written, which then is no leftover. */
  static FileChannel open(Path part) throws IOException {
    FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      var _ = channel.tryLock();
    } catch (IOException e) {
      // A file system without locks; files are not removed there either.
    }
    return channel;
  }

  /**
   * Removes what killed processes have left; what cannot be removed stays. Done once for a place:
   * to look at a file that this process has locked would end the lock.
   *
   * @param location what the files are parts of
   */
  static void removeLeftovers(Path location, Path folder, Predicate<String> named) {
    if (!LOOKED.add(location.toAbsolutePath())) {
      return;
    }
    List<Path> parts;
    try (Stream<Path> files = Files.list(folder)) {
      parts = files.filter(file -> named.test(file.getFileName().toString())).toList();
    } catch (IOException e) {
      return;
    }
    for (Path part : parts) {
      try {
        removeIfLeft(part);
      } catch (IOException | OverlappingFileLockException e) {
        // It is somebody else's, or just gone.
      }
    }
  }

  private static void removeIfLeft(Path part) throws IOException {
    if (Files.getLastModifiedTime(part).toInstant().isAfter(Instant.now().minus(YOUNG))) {
      return;
    }
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      if (channel.tryLock() != null) {
        Files.deleteIfExists(part);
      }
    }
  }
}
