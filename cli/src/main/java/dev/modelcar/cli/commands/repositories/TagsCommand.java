package dev.modelcar.cli.commands.repositories;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a repository, a layout or an archive has. */
@CommandLine.Command(
    name = "tags",
    description = "Lists the tags of a repository.",
    footerHeading = "%nExamples:%n",
    footer = {"  modelcar tags quay.io/team/qwen3", "  modelcar tags oci:./backup --digests"})
public final class TagsCommand extends RegistryCommand {
  @Parameters(
      index = "0",
      paramLabel = "REPOSITORY",
      description = "a repository, oci: or oci-archive:")
  String repository = "";

  @Option(names = "--digests", description = "show the digest of each image")
  boolean digests;

  private record Tag(String tag, Optional<Digest> digest) {}

  @Override
  public Integer call() {
    Console console = console();
    try (Session session = session()) {
      ImageReference reference = session.reference(repository);
      if (reference.tag().isPresent() || reference.digest().isPresent()) {
        throw Usage.invalid("tags takes a repository, not the image " + reference);
      }
      ImageReader reader = session.reader(reference);
      List<String> names = reader.tags();
      if (names.isEmpty()) {
        throw new ModelcarException(OciError.IMAGE_NOT_FOUND, reference + " has no tags");
      }
      List<Tag> tags =
          Threads.map(names, transfer.parallel(), "reading tags", name -> tag(reader, name));
      for (Tag tag : tags) {
        console.result(
            digests
                ? "%s  %s".formatted(tag.digest().map(Object::toString).orElse("(gone)"), tag.tag())
                : tag.tag());
      }
      console.document(Map.of("repository", reference.toString()), Map.of("tags", tags));
      return 0;
    }
  }

  private Tag tag(ImageReader reader, String name) {
    return new Tag(
        name, digests ? reader.manifest(name).map(RawManifest::digest) : Optional.empty());
  }
}
