package dev.modelcar.cli.options;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.source.SourceReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which model, and which of its files. */
public final class SourceOptions {
  /** A host, which has a dot or a port or is localhost; a repository; a tag or a digest. */
  private static final Pattern IMAGE =
      Pattern.compile(
          "(localhost|[\\w-]+(\\.[\\w-]+)+|[\\w.-]+:\\d+)(/[a-z0-9._-]+)+(:[\\w.-]+|@sha256:[0-9a-f]{64})");

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description = "a folder, or hf://ORG/NAME[@REVISION]")
  String source = "";

  @Mixin SelectionOptions selection = new SelectionOptions();

  /**
   * The model.
   *
   * @throws ModelcarException if it names none, or an image
   */
  public SourceReference reference() {
    refuseImage();
    return SourceReference.parse(source);
  }

  /** As those type it who know `docker pull` and `oras pull`; the name of a folder is one. */
  private void refuseImage() {
    String name = source.replaceFirst("^(docker|oci|oras)://", "");
    boolean prefixed = source.matches("(oci|oci-archive|docker-archive):(?!//).+");
    boolean image =
        prefixed
            || !name.equals(source)
            || (IMAGE.matcher(source).matches() && !Files.exists(Path.of(source)));
    if (image) {
      throw Usage.invalid("%s names an image, and SOURCE is a model".formatted(source))
          .advising(
              "A model is hf://ORG/NAME or a folder. `modelcar copy %s oci:FOLDER:TAG` copies an image into a folder, `modelcar verify` checks it, `modelcar inspect --files` lists its files."
                  .formatted(name));
    }
  }

  public SelectionPolicy policy() {
    return selection.policy();
  }
}
