package dev.modelcar.cli.commands.lint;

import dev.modelcar.cli.options.Usage;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.lint.Fixer;
import dev.modelcar.lint.LintedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * Finds and reads the files to look at.
 *
 * @param in standard input
 */
record LintFiles(InputStream in) {
  private static final Pattern NAME = Pattern.compile(".*\\.(?:ya?ml|json)");
  private static final Pattern OPEN =
      Pattern.compile("/dev/stdin|/dev/fd/\\d+|/proc/(?:self|\\d+)/fd/\\d+");
  private static final Set<String> SKIPPED = Set.of("node_modules", "target", "vendor");

  /** Far more than a server takes in one request. */
  private static final int MOST_BYTES = 64 << 20;

  /** What is made of each file: from its name and its bytes. */
  <T> List<T> read(List<String> paths, BiFunction<String, byte[], T> reader) {
    List<T> results = new ArrayList<>();
    for (String text : paths) {
      if (text.equals("-")) {
        results.add(reader.apply("-", standardInput()));
        continue;
      }
      if (text.isBlank()) {
        // A variable without a value must not stand for the whole working directory.
        throw Usage.invalid("a file's name is empty; write . for this folder");
      }
      Path path = Path.of(text);
      if (Files.isDirectory(path)) {
        walk(path).forEach(file -> results.add(reader.apply(file.toString(), bytes(file))));
      } else {
        results.add(reader.apply(text, bytes(path)));
      }
    }
    return results;
  }

  /** Writes a file anew if something in it was fixed: all of it, or nothing. */
  static LintedFile fix(LintedFile file, Fixer fixer, List<LintFinding> into) {
    Fixer.Fixed result = fixer.fix(file);
    if (!result.fixed().isEmpty()) {
      write(Path.of(file.name()), result.text());
      result.fixed().forEach(problem -> into.add(LintFinding.of(file.name(), problem)));
    }
    return result.file();
  }

  private static void write(Path named, String text) {
    try {
      Path file = named.toRealPath();
      Path beside = Files.createTempFile(file.getParent(), ".modelcar-", ".tmp");
      try {
        Files.writeString(beside, text);
        if (Files.getFileStore(file).supportsFileAttributeView(PosixFileAttributeView.class)) {
          Files.setPosixFilePermissions(beside, Files.getPosixFilePermissions(file));
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (IOException e) {
      throw new ModelcarException(
          CoreError.DISK_FAILED, "%s cannot be written: %s".formatted(named, IoReason.of(e)), e);
    }
  }

  private byte[] standardInput() {
    try {
      return bounded("standard input", in.readNBytes(MOST_BYTES + 1));
    } catch (IOException e) {
      throw Usage.invalid("standard input cannot be read: " + IoReason.of(e));
    }
  }

  private static byte[] bytes(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file) && !isOpen(file)) {
      // To open a pipe may block for ever, and a device may never end.
      throw Usage.invalid(
          "%s is a pipe, a socket or a device, not a file; for standard input write -"
              .formatted(file));
    }
    try (InputStream stream = Files.newInputStream(file)) {
      return bounded(file.toString(), stream.readNBytes(MOST_BYTES + 1));
    } catch (IOException e) {
      throw Usage.invalid("%s cannot be read: %s".formatted(file, IoReason.of(e)));
    }
  }

  /** What the shell opened already and passes by its number, as {@code <(command)} does. */
  private static boolean isOpen(Path file) {
    return OPEN.matcher(file.toAbsolutePath().normalize().toString()).matches();
  }

  private static byte[] bounded(String name, byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      throw Usage.invalid("%s has more than 64 MiB: no manifest".formatted(name));
    }
    return bytes;
  }

  private static Set<Path> walk(Path folder) {
    Set<Path> files = new TreeSet<>();
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
              String name = String.valueOf(dir.getFileName());
              boolean hidden = name.startsWith(".") && name.length() > 2;
              return !dir.equals(folder) && (hidden || SKIPPED.contains(name))
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile() && NAME.matcher(file.toString()).matches()) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              throw Usage.invalid("%s cannot be read: %s".formatted(file, IoReason.of(e)));
            }
          });
    } catch (IOException e) {
      throw Usage.invalid("%s cannot be read: %s".formatted(folder, IoReason.of(e)));
    }
    return files;
  }
}
