package dev.modelcar.cli;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.SourceError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The files that leave a model's folder while they are packed. They are written down there before
 * they go: if the command does not come to its end, what is left is no model any more, and must not
 * be taken for one.
 */
final class ConsumedFiles {
  private final Path root;
  private final Path ledger;

  /**
   * @param root the model's folder
   */
  ConsumedFiles(Path root) {
    this.root = root;
    this.ledger = root.resolve(".modelcar").resolve("consumed-files");
  }

  /** Removes the files of a layer. */
  void free(PlannedLayer layer) {
    free(layer.files());
  }

  void free(List<ModelFile> files) {
    for (ModelFile file : files) {
      try {
        Files.createDirectories(root.resolve(".modelcar"));
        Files.writeString(
            ledger,
            file.path() + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND,
            StandardOpenOption.DSYNC);
        Files.deleteIfExists(root.resolve(file.path()));
      } catch (IOException e) {
        throw failed(file.path() + " cannot be removed", e);
      }
    }
  }

  /**
   * Makes sure that a folder is not what an earlier command has left of it.
   *
   * @throws ModelcarException if files are missing that were consumed by a command that did not end
   */
  void check() {
    try {
      if (!Files.exists(ledger)) {
        return;
      }
      List<String> missing =
          Files.readAllLines(ledger).stream()
              .filter(path -> !Files.exists(root.resolve(path)))
              .toList();
      if (!missing.isEmpty()) {
        throw new ModelcarException(
            SourceError.SOURCE_NOT_FOUND,
            "%s lacks %s, which was consumed by a command that did not end"
                .formatted(root, missing.getFirst()),
            "Fetch the model again, or remove %s if the folder is a model without it."
                .formatted(ledger),
            null);
      }
    } catch (IOException e) {
      throw failed(ledger + " cannot be read", e);
    }
  }

  /**
   * The folder holds another model now, or the same one again: what is gone of others matters no
   * more.
   *
   * @param model all files of the model that was fetched
   */
  void fetched(List<ModelFile> model) {
    try {
      if (!Files.exists(ledger)) {
        return;
      }
      Set<String> paths = model.stream().map(ModelFile::path).collect(Collectors.toSet());
      boolean lacking =
          Files.readAllLines(ledger).stream()
              .anyMatch(path -> paths.contains(path) && !Files.exists(root.resolve(path)));
      if (!lacking) {
        forget();
      }
    } catch (IOException e) {
      throw failed(ledger + " cannot be read", e);
    }
  }

  /** The command has come to its end: all that is gone is where it should be. */
  void forget() {
    try {
      Files.deleteIfExists(ledger);
    } catch (IOException e) {
      throw failed(ledger + " cannot be removed", e);
    }
  }

  private static ModelcarException failed(String what, IOException e) {
    return new ModelcarException(CoreError.DISK_FAILED, what + ": " + e.getMessage(), e);
  }
}
