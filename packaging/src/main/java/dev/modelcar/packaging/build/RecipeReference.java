package dev.modelcar.packaging.build;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.layout.OciArchiveReader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The image in a folder that {@code modelcar build} wrote, {@code recipe:FOLDER}: its layers are
 * still the model's files, or it is an archive there.
 */
public record RecipeReference(Path folder) implements ImageReference.Extension {
  private static final String PREFIX = "recipe:";

  /**
   * Reads a reference of this kind or of any other.
   *
   * @throws ModelcarException {@link OciError#TARGET_INVALID} with the reason
   */
  public static ImageReference parseAny(String text) {
    if (!text.startsWith(PREFIX)) {
      return ImageReference.parse(text);
    }
    try {
      return new RecipeReference(Path.of(text.substring(PREFIX.length())));
    } catch (InvalidPathException e) {
      throw new ModelcarException(
          OciError.TARGET_INVALID, "%s is not a reference: %s".formatted(PREFIX, e.getReason()));
    }
  }

  @Override
  public ImageReader open() {
    Path archive = ImageBuilder.archive(folder);
    return Files.exists(archive)
        ? new OciArchiveReader(new Archive(archive, Optional.empty()))
        : BuiltImage.open(folder);
  }

  @Override
  public String whyReadOnly() {
    return "only `modelcar build` writes recipes";
  }

  @Override
  public Optional<String> tag() {
    return Optional.empty();
  }

  @Override
  public RecipeReference withTag(String tag) {
    return this;
  }

  @Override
  public String toString() {
    return PREFIX + folder;
  }
}
