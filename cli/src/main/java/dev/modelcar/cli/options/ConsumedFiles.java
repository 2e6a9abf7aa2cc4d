package dev.modelcar.cli.options;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.SourceError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The files of a model's folder that are removed while it is packed. They are recorded there before
 * they are removed: if the command is interrupted, the rest must not be taken for a model.
 */
public final class ConsumedFiles {
  private final Path root;
  private final Path ledger;

  /**
   * @param root the model's folder
   */
  public ConsumedFiles(Path root) {
    this.root = root;
    this.ledger = root.resolve(".modelcar").resolve("consumed-files");
  }

  /** Removes files. */
  public void free(List<ModelFile> files) {
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
        throw failed("cannot remove " + file.path(), e);
      }
    }
  }

  /**
   * Makes sure that the folder is not the rest of an interrupted run.
   *
   * @throws ModelcarException if files are missing that an interrupted run has removed
   */
  void check() {
    List<String> missing = missing();
    if (!missing.isEmpty()) {
      throw new ModelcarException(
          SourceError.SOURCE_NOT_FOUND,
          "%s is missing %s, which an interrupted run with --consume has removed"
              .formatted(root, missing.getFirst()),
          "Fetch the model again, or remove %s if the folder is complete without it."
              .formatted(ledger),
          null);
    }
  }

  /**
   * Forgets the removed files once a model has been fetched into the folder.
   *
   * @param model all files of that model
   */
  public void fetched(List<ModelFile> model) {
    List<String> missing = missing();
    if (model.stream().map(ModelFile::path).noneMatch(missing::contains)) {
      forget();
    }
  }

  private List<String> missing() {
    try {
      return Files.exists(ledger)
          ? Files.readAllLines(ledger).stream()
              .filter(path -> !Files.exists(root.resolve(path)))
              .toList()
          : List.of();
    } catch (IOException e) {
      throw failed("cannot read " + ledger, e);
    }
  }

  /** Forgets the removed files: the command has succeeded, so all are in the image. */
  public void forget() {
    try {
      Files.deleteIfExists(ledger);
    } catch (IOException e) {
      throw failed("cannot remove " + ledger, e);
    }
  }

  private static ModelcarException failed(String what, IOException e) {
    return new ModelcarException(CoreError.DISK_FAILED, what + ": " + IoReason.of(e), e);
  }
}
