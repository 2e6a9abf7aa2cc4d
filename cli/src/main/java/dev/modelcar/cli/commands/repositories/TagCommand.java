package dev.modelcar.cli.commands.repositories;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.ImageWriter;
import dev.modelcar.oci.MissingBlobsException;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.ImageTree;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** Another name for an image. */
@CommandLine.Command(
    name = "tag",
    description = "Gives an image another tag in its repository; nothing is copied.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar tag quay.io/team/qwen3:0.6b stable",
      "  modelcar tag quay.io/team/qwen3@sha256:0123… v2"
    })
public final class TagCommand extends RegistryCommand {
  @Parameters(index = "0", paramLabel = "FROM", description = "the image, by tag or by digest")
  String from = "";

  @Parameters(index = "1", paramLabel = "NEW", description = "the new tag")
  String tag = "";

  @Override
  public Integer call() {
    Console console = console();
    try (Session session = session()) {
      ImageReference source = session.reference(from);
      if (!ImageReference.Registry.isTag(tag)) {
        throw Usage.invalid(
            "tag takes a tag of the same repository, not "
                + tag
                + "; `modelcar copy` copies to another one");
      }
      if (source instanceof ImageReference.Archive) {
        throw Usage.invalid(source + " cannot be changed; copy it under the other name");
      }
      RawManifest image = ImageTree.find(session.reader(source), source);
      ImageReference target = source.withTag(tag);
      try (ImageWriter writer = session.writer(target)) {
        writer.checkWritable();
        writer.publish(image, Optional.of(tag));
      } catch (MissingBlobsException e) {
        throw new ModelcarException(OciError.IMAGE_NOT_FOUND, String.valueOf(e.getMessage()), e);
      }
      console.result(target + "@" + image.digest());
      console.document(Map.of("image", target.toString()), Map.of("digest", image.digest()));
      return 0;
    }
  }
}
