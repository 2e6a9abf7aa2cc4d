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
      "Exits with 0 if every image is good, with 7 if not, listing the problems; with 8 if "
          + "some of several images cannot be read. The options that select files apply to "
          + "--against, as for `modelcar ship`."
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
      List<Result> results = new ArrayList<>();
      for (String image : images) {
        results.add(result(console, session, image));
      }
      return report(console, results);
    }
  }

  /** What verifying one image came to: problems, none, or why it could not be verified. */
  private record Result(
      String image, Optional<Verification> found, Optional<ModelcarException> failure) {
    private boolean isGood() {
      return found.filter(Verification::isGood).isPresent();
    }
  }

  /** An image that cannot be read is no reason to keep quiet about the others. */
  private Result result(Console console, Session session, String image) {
    try {
      ImageReference reference = session.reference(image);
      ImageVerifier verifier = new ImageVerifier(session.reader(reference), transfer.parallel());
      Verification found = verify(console, session, verifier, reference);
      return new Result(image, Optional.of(found), Optional.empty());
    } catch (ModelcarException e) {
      if (images.size() == 1 || e.code() == CoreError.STOPPED) {
        throw e;
      }
      return new Result(image, Optional.empty(), Optional.of(e));
    }
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
      SourceNotes.printLeftOut(console, selected, false);
      return verifier.verifyAgainst(reference, selected);
    }
  }

  private record Document(
      String image,
      Optional<Digest> digest,
      boolean good,
      int blobs,
      long bytesRead,
      List<String> problems,
      Optional<FailureDocument> error) {
    private static Document of(Result result) {
      return new Document(
          result.image(),
          result.found().map(Verification::image),
          result.isGood(),
          result.found().map(Verification::blobs).orElse(0),
          result.found().map(Verification::bytes).orElse(0L),
          result.found().map(Verification::problems).orElse(List.of()),
          result.failure().map(FailureDocument::of));
    }
  }

  private int report(Console console, List<Result> results) {
    results.forEach(result -> {
      result.found().ifPresent(found -> print(console, result.image(), found));
      result
          .failure()
          .ifPresent(e -> {
            console.result(result.image() + ": not verified, " + e.code().id());
            console.problem(result.image(), e);
          });
    });
    List<Document> documents = results.stream().map(Document::of).toList();
    boolean good = results.stream().allMatch(Result::isGood);
    Map<String, Object> all = Map.of("images", documents);
    // The keys of a single image are here, too, for scripts from before there were several.
    console.document(documents.size() == 1 ? documents.getFirst() : all, all, Map.of("good", good));
    console.results(
        Map.of(
            "IMAGE_DIGEST",
            results.stream()
                .flatMap(result -> result.found().stream())
                .findFirst()
                .map(found -> found.image().toString())
                .orElse(""),
            "VERIFIED",
            Boolean.toString(good)));
    if (results.stream().anyMatch(r -> r.found().filter(f -> !f.isGood()).isPresent())) {
      console.note("  error id: " + CoreError.VERIFICATION_FAILED.id());
      return CoreError.VERIFICATION_FAILED.category().exitCode();
    }
    return Reports.exitCode(
        results.stream().flatMap(result -> result.failure().stream()).toList(), results.size());
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
