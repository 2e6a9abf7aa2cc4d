package dev.modelcar.source.folder;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Json;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.UnusableEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the bookkeeping of the Hub's client says of a copy: which files its revision has, in the
 * list beside a snapshot in the cache ({@code trees/COMMIT.json}) or in {@code .cache/huggingface}
 * of a download folder, and which downloads never ended. What {@code modelcar fetch} left out as a
 * duplicate ({@code trees/COMMIT.left-out}) is not missing.
 */
final class HubCopy {
  private static final int LARGEST_LIST = 256 << 20;

  /** Smaller files of a download may have been edited since. */
  private static final long LARGE = 1 << 20;

  /** What downloaders call a file that is not yet whole, or leave beside it. */
  private static final List<String> UNFINISHED =
      List.of(".incomplete", ".aria2", ".modelcar-part", ".part", ".crdownload", ".partial");

  private HubCopy() {}

  /** What a whole copy would have, and this one has not; known to be unusable is not missing. */
  static List<UnusableEntry> missing(Path root, List<ModelFile> files, List<UnusableEntry> known) {
    Set<String> present = new HashSet<>();
    known.forEach(entry -> present.add(entry.path()));
    List<UnusableEntry> missing = new ArrayList<>();
    for (ModelFile file : files) {
      for (String ending : UNFINISHED) {
        if (file.path().endsWith(ending)) {
          String whole = file.path().substring(0, file.path().length() - ending.length());
          missing.add(entry(whole, whole + " (its download is not finished: " + file.name() + ")"));
          present.add(whole);
        }
      }
      present.add(file.path());
    }
    Path bookkeeping = root.resolve(".cache").resolve("huggingface");
    Optional<String> cached = FolderSource.cachedCommit(root);
    Path folder = cached.isPresent() ? root.resolve("../..") : bookkeeping;
    Optional<String> commit =
        cached.isPresent() ? cached : newestCommit(bookkeeping.resolve("download"));
    present.addAll(leftOut(folder, commit));
    Optional<JsonNode> list = list(folder, commit);
    if (list.isPresent()) {
      if (!list.get().path("files").isObject()) {
        missing.add(entry("", "an unknown number of files (the list of its commit is damaged)"));
      }
      Map<String, Long> sizes =
          files.stream().collect(Collectors.toMap(ModelFile::path, ModelFile::size));
      for (Map.Entry<String, JsonNode> file : list.get().path("files").properties()) {
        long size = file.getValue().path("size").asLong();
        long here = sizes.getOrDefault(file.getKey(), size);
        if (!present.contains(file.getKey())) {
          missing.add(entry(file.getKey(), file.getKey() + " (" + ByteSize.format(size) + ")"));
        } else if (here < size && (cached.isPresent() || size >= LARGE)) {
          missing.add(
              entry(
                  file.getKey(),
                  "%s (%d of %d bytes are here)".formatted(file.getKey(), here, size)));
        }
      }
    } else {
      unfinished(folder.resolve(cached.isPresent() ? "blobs" : "download"))
          .ifPresent(part ->
              missing.add(entry("", "a file (its download is not finished: " + part + ")")));
    }
    return missing;
  }

  private static UnusableEntry entry(String path, String message) {
    return new UnusableEntry(path, SourceError.SOURCE_INCOMPLETE, message);
  }

  private static Optional<JsonNode> list(Path folder, Optional<String> commit) {
    Path file = folder.resolve("trees").resolve(commit.orElse("") + ".json");
    if (commit.isEmpty() || !Files.exists(file)) {
      // Older clients write none.
      return Optional.empty();
    }
    try {
      return Optional.of(
          Files.size(file) > LARGEST_LIST ? Json.object() : Json.parse(Files.readAllBytes(file)));
    } catch (IOException e) {
      return Optional.of(Json.object());
    }
  }

  private static List<String> leftOut(Path folder, Optional<String> commit) {
    try {
      return Files.readAllLines(
          folder.resolve("trees").resolve(commit.orElse("") + ".left-out"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      // Nothing was left out, or another client has fetched the files.
      return List.of();
    }
  }

  private record Known(String commit, double time) {}

  /** The commit of the file that was downloaded last. */
  private static Optional<String> newestCommit(Path download) {
    Optional<Known> newest = Optional.empty();
    for (Path metadata : files(download, ".metadata")) {
      try {
        List<String> lines = Files.readAllLines(metadata, StandardCharsets.UTF_8);
        double time = Double.parseDouble(lines.get(2).strip());
        if (newest.isEmpty() || newest.get().time() < time) {
          newest = Optional.of(new Known(lines.getFirst().strip(), time));
        }
      } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
        // Not of a client that we know.
      }
    }
    return newest.map(Known::commit).filter(commit -> commit.matches("[0-9a-f]{40}"));
  }

  private static Optional<String> unfinished(Path folder) {
    return Stream.of(".incomplete", ".modelcar-part")
        .flatMap(ending -> files(folder, ending).stream())
        .map(path -> String.valueOf(path.getFileName()))
        .min(String::compareTo);
  }

  private static List<Path> files(Path folder, String ending) {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(path -> path.toString().endsWith(ending)).toList();
    } catch (UncheckedIOException | IOException e) {
      return List.of();
    }
  }
}
