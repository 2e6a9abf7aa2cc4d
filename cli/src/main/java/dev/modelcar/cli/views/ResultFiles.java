package dev.modelcar.cli.views;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Results in files of their own. Tekton passes them on in the termination message of a container,
 * which fails as a whole if it exceeds 4096 bytes.
 */
record ResultFiles(Path folder) {
  /** What is left of the message for Tekton's own entries. */
  private static final int MOST = 4096 - 296;

  private static final Pattern RESULT = Pattern.compile("[A-Z_]+|model-ARTIFACT_INPUTS");

  /** {@code {"key":…,"value":…,"type":1},}. */
  private static final int FRAME = 32;

  /** What a result takes of the message. */
  private static int cost(String name, String value) {
    return FRAME + name.length() + Json.bytes(TextNode.valueOf(value)).length;
  }

  /** As many items of a list as fit beside all other results. */
  List<String> fitting(String name, List<String> items, Map<String, String> others) {
    int room =
        MOST - others.entrySet().stream().mapToInt(e -> cost(e.getKey(), e.getValue())).sum();
    for (Path file : present()) {
      String other = String.valueOf(file.getFileName());
      if (!other.equals(name) && !others.containsKey(other)) {
        room -= cost(other, read(file));
      }
    }
    List<String> fitting = new ArrayList<>(items);
    while (!fitting.isEmpty() && cost(name, String.join(",", fitting)) > room) {
      fitting.removeLast();
    }
    return fitting;
  }

  private List<Path> present() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      // Only results count: the folder may be anything outside of a pipeline.
      return files
          .filter(Files::isRegularFile)
          .filter(file -> RESULT.matcher(String.valueOf(file.getFileName())).matches())
          .toList();
    } catch (IOException e) {
      throw failed("read", e);
    }
  }

  private String read(Path file) {
    try {
      return Files.size(file) > MOST ? "-".repeat(MOST) : Files.readString(file);
    } catch (IOException e) {
      throw failed("read", e);
    }
  }

  /** Finds out before anything moves whether results can be written. */
  void check() {
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, ".modelcar", ""));
    } catch (IOException e) {
      throw failed("write", e);
    }
  }

  /** Writes one file for each result, without a trailing line break, as Tekton expects. */
  void write(Map<String, String> results) {
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, String> result : results.entrySet()) {
        Files.writeString(folder.resolve(result.getKey()), result.getValue());
      }
    } catch (IOException e) {
      throw failed("write", e);
    }
  }

  private ModelcarException failed(String doing, IOException e) {
    return new ModelcarException(
        CoreError.DISK_FAILED,
        "cannot %s the results in %s: %s".formatted(doing, folder, IoReason.of(e)),
        e);
  }
}
