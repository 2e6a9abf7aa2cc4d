package dev.modelcar.packaging.reuse.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A folder that only its owner can read. Nothing that fails here is a failure of the shipment: it
 * is said once, and the journal does without.
 */
final class StateFolder {
  private static final FileAttribute<?>[] OWNER_ONLY = {
    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
  };

  private static final FileAttribute<?>[] OWNER_ONLY_FILE = {
    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
  };

  private static final int LARGEST = 64 << 20;

  private final Path folder;
  private final Consumer<String> notes;
  private volatile boolean failed;

  StateFolder(Path folder, Consumer<String> notes) {
    this.folder = folder;
    this.notes = notes;
  }

  Path file(String shelf, String name) {
    return folder.resolve(shelf).resolve(name);
  }

  /** All of a file; nothing if there is none. */
  Optional<byte[]> read(Path file) {
    try {
      return Files.size(file) > LARGEST ? Optional.empty() : Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      failed(e);
      return Optional.empty();
    }
  }

  /** Writes a small file so that another process sees all of it or nothing. */
  void write(Path file, byte[] bytes) {
    if (failed) {
      return;
    }
    Path fresh = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID());
    try {
      makeShelf(file);
      try (FileChannel channel =
          FileChannel.open(
              fresh,
              java.util.Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
              OWNER_ONLY_FILE)) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
          channel.write(left);
        }
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | UnsupportedOperationException e) {
      failed(e);
    }
  }

  /** Opens a file for reading and writing, made if need be. */
  Optional<FileChannel> open(Path file) {
    if (failed) {
      return Optional.empty();
    }
    try {
      makeShelf(file);
      return Optional.of(
          FileChannel.open(
              file,
              java.util.Set.of(
                  StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
              OWNER_ONLY_FILE));
    } catch (IOException | UnsupportedOperationException e) {
      failed(e);
      return Optional.empty();
    }
  }

  /** Keeps a damaged file where a person can look at it, and nobody believes it. */
  void setAside(Path file) {
    notes.accept(
        "the journal's "
            + file.getFileName()
            + " is damaged and was set aside; what earlier runs left is looked up in the registries instead"
            + " instead");
    try {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".damaged"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      failed(e);
    }
  }

  void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failed(e);
    }
  }

  /** Removes what was not touched for long. */
  void tidy(Instant now, Duration age) {
    FileTime oldest = FileTime.from(now.minus(age));
    try (Stream<Path> files = Files.walk(folder, 2)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.getLastModifiedTime(file).compareTo(oldest) < 0) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      // There is nothing yet, or another run tidies as well.
    }
  }

  private void makeShelf(Path file) throws IOException {
    Path shelf = java.util.Objects.requireNonNull(file.getParent());
    if (!Files.isDirectory(shelf)) {
      Path parent = java.util.Objects.requireNonNull(folder.toAbsolutePath().getParent());
      Files.createDirectories(parent);
      make(folder);
      make(shelf);
    }
  }

  private static void make(Path path) throws IOException {
    try {
      Files.createDirectory(path, OWNER_ONLY);
    } catch (FileAlreadyExistsException e) {
      // Good.
    }
  }

  void failed(Exception e) {
    if (!failed) {
      failed = true;
      notes.accept(
          "the journal cannot be kept in %s (%s); shipping continues without it; --state-dir names another folder"
              .formatted(folder, e));
    }
  }
}
