package dev.modelcar.testkit.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A file that remembers digests: a line each, the digest and what determines the bytes. */
final class DigestCache {
  private final Path file;

  DigestCache(Path file) {
    this.file = file;
  }

  /** The digests by identity; lines that do not read as such are left out. */
  Map<String, String> read() throws IOException {
    Map<String, String> digests = new TreeMap<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      return digests;
    }
    for (String line : lines) {
      if (line.matches("[0-9a-f]{64} .+")) {
        digests.put(line.substring(65), line.substring(0, 64));
      }
    }
    return digests;
  }

  /** Adds digests; whole or not at all, so that a reader never sees half a file. */
  void add(Map<String, String> more) throws IOException {
    Map<String, String> all = read();
    all.putAll(more);
    List<String> lines =
        all.entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey()).toList();
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " is no place for a file");
    }
    Files.createDirectories(folder);
    Path draft = Files.createTempFile(folder, "digests", ".part");
    Files.write(draft, lines);
    Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
