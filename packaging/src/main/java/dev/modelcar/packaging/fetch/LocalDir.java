package dev.modelcar.packaging.fetch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.source.ContentDigest;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The bookkeeping that the Hub's client keeps in {@code .cache/huggingface} of a folder: which
 * commit and content each file has, so that nobody fetches it again.
 */
final class LocalDir {
  private static final String METADATA = ".metadata";
  private static final String PART = ".modelcar-part";
  private static final String CACHE_TAG =
      """
      Signature: 8a477f597d28d172789f06886806bc55
      # This file is a cache directory tag.
      # For information about cache directory tags, see: https://bford.info/cachedir/
      """;

  private final Path folder;
  private final Path cache;
  private final String commit;

  LocalDir(Path folder, String commit) {
    this.folder = folder;
    this.cache = folder.resolve(".cache").resolve("huggingface");
    this.commit = commit;
  }

  /** What is known of a file that is there. */
  record Metadata(String commit, String etag, double timestamp) {}

  void create() throws IOException {
    Files.createDirectories(cache.resolve("download"));
    writeIfAbsent(cache.resolve(".gitignore"), "*");
    writeIfAbsent(cache.resolve("CACHEDIR.TAG"), CACHE_TAG);
  }

  private static void writeIfAbsent(Path file, String text) throws IOException {
    if (!Files.exists(file)) {
      Files.writeString(file, text);
    }
  }

  /** Held by the one fetch that writes to the folder. */
  record Lock(Optional<FileChannel> channel) implements AutoCloseable {
    static Lock none() {
      return new Lock(Optional.empty());
    }

    @Override
    public void close() throws IOException {
      if (channel.isPresent()) {
        channel.get().close();
      }
    }
  }

  /**
   * Waits until no other process writes to the folder.
   *
   * @param waiting runs once if there is one
   */
  Lock lock(Runnable waiting) throws IOException {
    FileChannel channel =
        FileChannel.open(
            cache.resolve(".modelcar.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        waiting.run();
        channel.lock();
      }
    } catch (ClosedByInterruptException | FileLockInterruptionException e) {
      throw e;
    } catch (IOException e) {
      // Not every network file system knows locks; files are put in place whole in any case.
    }
    return new Lock(Optional.of(channel));
  }

  Path file(ModelFile file) {
    return folder.resolve(file.path());
  }

  /** Where a file grows until it is whole; its name tells which content it is of. */
  Path part(ModelFile file) {
    return cache.resolve("download").resolve(file.path() + "." + etag(file) + PART);
  }

  /** What the Hub calls a file's content; empty for sources that are not the Hub. */
  static String etag(ModelFile file) {
    return switch (file.content().orElse(null)) {
      case ContentDigest.Sha256 sha -> sha.digest().hex();
      case ContentDigest.GitBlob git -> git.sha1();
      case null -> "";
    };
  }

  private Path metadataFile(ModelFile file) {
    return cache.resolve("download").resolve(file.path() + METADATA);
  }

  /** What was written down of a file, unless the file was changed since. */
  Optional<Metadata> metadata(ModelFile file) {
    return metadata(metadataFile(file), file(file));
  }

  private static Optional<Metadata> metadata(Path known, Path file) {
    try {
      List<String> lines = Files.readAllLines(known, StandardCharsets.UTF_8);
      if (lines.size() < 3) {
        return Optional.empty();
      }
      double timestamp = Double.parseDouble(lines.get(2).strip());
      double modified = Files.getLastModifiedTime(file).toMillis() / 1000.0;
      return modified - 1 <= timestamp
          ? Optional.of(new Metadata(lines.get(0).strip(), lines.get(1).strip(), timestamp))
          : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  void writeMetadata(ModelFile file, Instant now) throws IOException {
    Path target = metadataFile(file);
    Files.createDirectories(target.getParent());
    String text =
        "%s\n%s\n%s\n"
            .formatted(
                commit,
                etag(file),
                String.format(Locale.ROOT, "%.6f", now.toEpochMilli() / 1000.0));
    Path part = target.resolveSibling(target.getFileName() + PART);
    Files.writeString(part, text);
    Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Removes what an earlier fetch has put here and others do not need: whole files with what was
   * written down of them, unless they were changed since, and parts. What nobody fetched stays.
   */
  void keepOnly(List<ModelFile> wanted) throws IOException {
    Path download = cache.resolve("download");
    Set<Path> kept = new HashSet<>();
    for (ModelFile file : wanted) {
      kept.add(metadataFile(file));
      if (metadata(file).filter(known -> known.etag().equals(etag(file))).isEmpty()) {
        // What is there already, perhaps by another client, needs no part any more.
        kept.add(part(file));
      }
      if (metadata(file).filter(known -> !known.etag().equals(etag(file))).isPresent()) {
        // It would be replaced in any case, and a volume may have room for one of them only.
        Files.deleteIfExists(file(file));
      }
    }
    List<Path> known;
    try (Stream<Path> walk = Files.walk(download)) {
      known = walk.filter(Files::isRegularFile).filter(path -> !kept.contains(path)).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path path : known) {
      String name = download.relativize(path).toString();
      if (name.endsWith(METADATA)) {
        Path file = folder.resolve(name.substring(0, name.length() - METADATA.length()));
        if (metadata(path, file).isPresent()) {
          Files.deleteIfExists(file);
        }
        Files.delete(path);
      } else if (name.endsWith(PART)) {
        Files.delete(path);
      }
    }
  }

  /** The list of the commit's files, which lets the Hub's client do without the network. */
  void writeTree(List<ModelFile> files) throws IOException {
    ObjectNode json = Json.object();
    json.put("format_version", 1);
    ObjectNode entries = json.putObject("files");
    for (ModelFile file : files) {
      ObjectNode entry = entries.putObject(file.path());
      entry.put("size", file.size());
      switch (file.content().orElse(null)) {
        case ContentDigest.Sha256 sha -> {
          entry.put("blob_id", pointerDigest(sha.digest().hex(), file.size()));
          entry.put("lfs_sha256", sha.digest().hex());
          entry.put("lfs_size", file.size());
        }
        case ContentDigest.GitBlob git -> entry.put("blob_id", git.sha1());
        case null -> {}
      }
    }
    Path trees = cache.resolve("trees");
    Files.createDirectories(trees);
    Files.write(trees.resolve(commit + ".json"), Json.bytes(json));
  }

  /**
   * Names what is missing here on purpose, for whoever compares the folder with the list: the same
   * weights are there in another file.
   */
  void writeLeftOut(List<String> paths) throws IOException {
    Path file = cache.resolve("trees").resolve(commit + ".left-out");
    if (paths.isEmpty()) {
      Files.deleteIfExists(file);
    } else {
      Files.write(file, paths);
    }
  }

  /** What git keeps of a large file is a pointer, whose text follows from digest and size. */
  private static String pointerDigest(String sha256, long size) {
    byte[] pointer =
        ("version https://git-lfs.github.com/spec/v1\noid sha256:"
                + sha256
                + "\nsize "
                + size
                + "\n")
            .getBytes(StandardCharsets.UTF_8);
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(("blob " + pointer.length + "\0").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha1.digest(pointer));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
