package dev.modelcar.cli.commands;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.SelectionOptions;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.SourceNotes;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.image.Verification;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.packaging.verify.ImageVerifier;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whether an image is complete and unaltered. */
@CommandLine.Command(
    name = "verify",
    description = "Checks that an image is complete and, with --deep, that every byte is right.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar verify quay.io/team/qwen3:0.6b",
      "  modelcar verify oci:./image:v1 --deep",
      "  modelcar verify quay.io/team/qwen3:0.6b --against hf://Qwen/Qwen3-0.6B",
      "",
      "Exits with 0 if every image is good, with 7 if not, listing the problems. The",
      "options that select files apply to --against, as for `modelcar ship`."
    })
final class VerifyCommand extends RegistryCommand {
  @Parameters(
      index = "0..*",
      arity = "1..*",
      split = ",",
      paramLabel = "IMAGE",
      description = "a reference, oci: or oci-archive:; separated by spaces or commas")
  List<String> images = new ArrayList<>();

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      description =
          "a target as it was given to ship: after http://, its registry is reached without TLS;"
              + " repeatable")
  List<String> target = new ArrayList<>();

  @Option(
      names = "--targets",
      paramLabel = "TARGET",
      arity = "0..*",
      hidden = true,
      description = "as --target, for pipelines that have a list: every following word is a target")
  List<String> targets = new ArrayList<>();

  @Option(names = "--deep", description = "read and hash every byte")
  boolean deep;

  @Option(
      names = "--against",
      paramLabel = "SOURCE",
      description = "compare the files in the image with those of this source")
  @Nullable String against;

  @Mixin SelectionOptions selection = new SelectionOptions();

  @Override
  public Integer call() {
    Console console = console();
    try (Session session = session()) {
      session.reachAs(target);
      session.reachAs(targets);
      session.reachAs(images);
      List<Verification> found = new ArrayList<>();
      for (String image : images) {
        ImageReference reference = session.reference(image);
        ImageVerifier verifier = new ImageVerifier(session.reader(reference), transfer.parallel());
        found.add(verify(console, session, verifier, reference));
      }
      return report(console, found);
    }
  }

  private Verification verify(
      Console console, Session session, ImageVerifier verifier, ImageReference reference) {
    if (against == null) {
      return deep ? verifier.verifyDeeply(reference) : verifier.verify(reference);
    }
    try (Snapshot snapshot = session.sources().resolve(SourceReference.parse(against))) {
      SourceNotes.print(console, snapshot);
      Selection selected = selection.policy().select(snapshot);
      SourceNotes.printLeftOut(console, selected);
      return verifier.verifyAgainst(reference, selected);
    }
  }

  private record Document(
      String image, Digest digest, boolean good, int blobs, long bytesRead, List<String> problems) {
    private static Document of(String image, Verification found) {
      return new Document(
          image, found.image(), found.isGood(), found.blobs(), found.bytes(), found.problems());
    }
  }

  private int report(Console console, List<Verification> found) {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      documents.add(Document.of(images.get(i), found.get(i)));
      print(console, images.get(i), found.get(i));
    }
    boolean good = found.stream().allMatch(Verification::isGood);
    console.document(
        images.size() == 1 ? documents.getFirst() : Map.of("images", documents),
        Map.of("good", good));
    console.results(
        Map.of(
            "IMAGE_DIGEST",
            found.getFirst().image().toString(),
            "VERIFIED",
            Boolean.toString(good)));
    if (!good) {
      console.note("  error id: " + CoreError.VERIFICATION_FAILED.id());
    }
    return good ? 0 : CoreError.VERIFICATION_FAILED.category().exitCode();
  }

  private static void print(Console console, String image, Verification found) {
    found.problems().forEach(problem -> console.result("wrong: " + problem));
    console.result(
        "%s %s: %s%s"
            .formatted(
                image,
                found.image(),
                found.isGood()
                    ? "good, " + Texts.count(found.blobs(), "blob")
                    : Texts.count(found.problems().size(), "problem"),
                found.bytes() == 0 ? "" : ", " + ByteSize.format(found.bytes()) + " read"));
  }
}
