package dev.modelcar.cli.commands;

import dev.modelcar.cli.documents.FailureDocument;
import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.SelectionOptions;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.SourceNotes;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.image.Verification;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.packaging.verify.ImageVerifier;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.SourceReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
      "Exits with 0 if every image is good, with 7 if not, listing the problems; with 8 if",
      "some could not be read and the others are good. The options that select files apply",
      "to --against, as for `modelcar ship`."
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
      return images.size() == 1
          ? report(console, List.of(verify(console, session, images.getFirst())), List.of())
          : verifyAll(console, session);
    }
  }

  /** An image that cannot be read does not keep the others from being verified. */
  private int verifyAll(Console console, Session session) {
    List<Checked> found = new ArrayList<>();
    List<ModelcarException> failures = new ArrayList<>();
    for (String image : images) {
      try {
        found.add(verify(console, session, image));
      } catch (ModelcarException e) {
        if (e.code() == CoreError.STOPPED) {
          throw e;
        }
        console.problem(image, e);
        failures.add(e);
        found.add(new Checked(image, Optional.empty(), Optional.of(e)));
      }
    }
    return report(console, found, failures);
  }

  /** An image, and what was found or why nothing was. */
  private record Checked(
      String image, Optional<Verification> found, Optional<ModelcarException> failure) {}

  private Checked verify(Console console, Session session, String image) {
    ImageReference reference = session.reference(image);
    ImageVerifier verifier = new ImageVerifier(session.reader(reference), transfer.parallel());
    Verification found = verify(console, session, verifier, reference);
    return new Checked(image, Optional.of(found), Optional.empty());
  }

  private Verification verify(
      Console console, Session session, ImageVerifier verifier, ImageReference reference) {
    if (against == null) {
      return deep ? verifier.verifyDeeply(reference) : verifier.verify(reference);
    }
    try (Snapshot snapshot = session.sources().resolve(SourceReference.parse(against))) {
      SourceNotes.print(console, snapshot);
      // What a copy lacks is found by comparing; nothing is packed from behind a link.
      Selection selected =
          selection
              .policy()
              .accepting(Set.of(SourceError.SOURCE_INCOMPLETE, SourceError.SOURCE_LINK_LEAVES))
              .select(snapshot);
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

  private record Unverified(String image, boolean good, FailureDocument error) {}

  private int report(Console console, List<Checked> all, List<ModelcarException> failures) {
    List<Record> documents = new ArrayList<>();
    for (Checked one : all) {
      one.found()
          .ifPresent(found -> {
            documents.add(Document.of(one.image(), found));
            print(console, one.image(), found);
          });
      one.failure()
          .ifPresent(e -> documents.add(new Unverified(one.image(), false, FailureDocument.of(e))));
    }
    List<Verification> found = all.stream().flatMap(one -> one.found().stream()).toList();
    boolean sound = found.stream().allMatch(Verification::isGood);
    boolean good = sound && failures.isEmpty();
    console.document(
        images.size() == 1 ? documents.getFirst() : Map.of("images", documents),
        Map.of("good", good));
    console.results(
        Map.of(
            "IMAGE_DIGEST",
            found.stream().findFirst().map(first -> first.image().toString()).orElse(""),
            "VERIFIED",
            Boolean.toString(good)));
    if (sound) {
      return Reports.exitCode(failures, all.size());
    }
    console.note("  error id: " + CoreError.VERIFICATION_FAILED.id());
    return CoreError.VERIFICATION_FAILED.category().exitCode();
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
