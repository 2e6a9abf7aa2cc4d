package dev.modelcar.cli.commands.repositories;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.ImageWriter;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.ImageTree;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes an image. */
@CommandLine.Command(
    name = "rm",
    description = "Deletes a tag, or an image with all its tags.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar rm quay.io/team/qwen3:old",
      "  modelcar rm quay.io/team/qwen3@sha256:0123… --yes",
      "",
      "Asks before it deletes. Space is freed when the registry collects garbage; blobs of a "
          + "layout stay. Some registries do not delete, or not single tags: then nothing is lost."
    })
public final class RmCommand extends RegistryCommand {
  @Parameters(index = "0", paramLabel = "REF", description = "the image, by tag or by digest")
  String image = "";

  @Option(
      names = {"-y", "--yes"},
      description = "do not ask")
  boolean yes;

  @Override
  public Integer call() {
    Console console = console();
    try (Session session = session()) {
      ImageReference reference = session.reference(image);
      if (reference.tag().isEmpty() && reference.digest().isEmpty()) {
        throw Usage.invalid("rm takes an image with its tag or digest, not " + reference);
      }
      RawManifest found = ImageTree.find(session.reader(reference), reference);
      Optional<String> tag = reference.digest().isPresent() ? Optional.empty() : reference.tag();
      String what =
          tag.isPresent()
              ? "%s (%s)".formatted(reference, found.digest())
              : reference + " with all its tags";
      if (!yes && !confirmed(console, what)) {
        console.note("nothing was deleted");
        return 0;
      }
      try (ImageWriter writer = session.writer(reference)) {
        writer.remove(tag, found.digest());
      }
      console.result("deleted " + what);
      console.document(Map.of("deleted", reference.toString()), Map.of("digest", found.digest()));
      return 0;
    }
  }

  private boolean confirmed(Console console, String what) {
    if (environment().terminal().isEmpty()) {
      throw Usage.invalid("rm asks on a terminal; without one, add --yes");
    }
    console.ask("Delete " + what + "? [y/N] ");
    StringBuilder answer = new StringBuilder();
    try {
      for (int c = environment().in().read(); c >= 0 && c != '\n'; c = environment().in().read()) {
        answer.append((char) c);
      }
    } catch (IOException e) {
      throw new ModelcarException(CoreError.USAGE_INVALID, "cannot read the answer", e);
    }
    return answer.toString().strip().toLowerCase(Locale.ROOT).matches("y|yes");
  }
}
