package dev.modelcar.cli;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.layout.OciArchiveReader;
import dev.modelcar.packaging.BuiltImage;
import dev.modelcar.packaging.ImageBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The folder into which {@code build} puts an image: its recipe, or an archive. */
final class BuiltImages {
  private BuiltImages() {}

  static Path archive(Path folder) {
    return folder.resolve("modelcar-image.tar");
  }

  /** Removes what was built there before. */
  static void forget(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(archive(folder));
      ImageBuilder.forget(folder);
    } catch (IOException e) {
      throw new ModelcarException(
          ErrorCode.TARGET_NOT_WRITABLE,
          "%s cannot be written: %s".formatted(folder, e.getMessage()),
          e);
    }
  }

  /** Opens what was built, in either form. */
  static ImageReader open(ImageReference.Recipe recipe) {
    Path archive = archive(recipe.folder());
    return Files.exists(archive)
        ? new OciArchiveReader(new ImageReference.Archive(archive, Optional.empty()))
        : BuiltImage.open(recipe);
  }
}
