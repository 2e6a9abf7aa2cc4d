package dev.modelcar.cli.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.cli.documents.DocumentWriter;
import dev.modelcar.cli.documents.FailureDocument;
import dev.modelcar.cli.documents.ReportDocument;
import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.CopyOptions;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Progress;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.ImageWriter;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.transport.Destinations;
import dev.modelcar.packaging.copy.Mirror;
import dev.modelcar.packaging.transfer.ShipmentReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies whole repositories. */
@CommandLine.Command(
    name = "mirror",
    description = "Copies the images of a repository, tag by tag; digests stay the same.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar mirror quay.io/team/qwen3 registry.example.com/models/qwen3 --tags 'v*'",
      "  modelcar mirror quay.io/team/qwen3 oci:./backup --referrers --verify",
      "",
      "Images already present are skipped: run it again after a failure, or every night."
    })
final class MirrorCommand extends Command {
  private static final int IMAGES_AT_ONCE = 2;

  @Parameters(index = "0", paramLabel = "FROM", description = "a repository, oci: or oci-archive:")
  String from = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "TO",
      description = "a repository or oci:FOLDER; tags are those of FROM")
  List<String> to = new ArrayList<>();

  @Option(
      names = "--tags",
      paramLabel = "PATTERN",
      description = "only tags that match (* and ?); repeatable (default: all)")
  List<String> tags = new ArrayList<>();

  @Option(
      names = "--exclude-tags",
      paramLabel = "PATTERN",
      description = "tags to skip; repeatable")
  List<String> excludeTags = new ArrayList<>();

  @Option(names = "--dry-run", description = "show which tags would be mirrored")
  boolean dryRun;

  @Mixin CopyOptions copying = new CopyOptions();

  @Override
  public Integer call() {
    Console console = console();
    try (Session session = copying.session(console);
        Progress progress = Progress.on(console, "mirroring")) {
      session.reachAs(to);
      ImageReference source = repository(session.reference(from));
      List<ImageReference> destinations =
          to.stream().map(target -> target(session.reference(target))).toList();
      Destinations.check(destinations);
      ImageReader reader = session.reader(source);
      Mirror mirror =
          new Mirror(
              reader,
              tag -> session.targets(to, Optional.of(tag)),
              targets -> copying.copier(session, session.reader(source), targets, progress),
              copying.referrers());
      List<String> wanted = mirror.tags(this::isWanted);
      if (wanted.isEmpty()) {
        throw new ModelcarException(OciError.IMAGE_NOT_FOUND, from + " has no matching tag");
      }
      if (dryRun) {
        for (ImageReference destination : destinations) {
          try (ImageWriter writer = session.writer(destination)) {
            writer.checkWritable();
          }
        }
        wanted.forEach(console::result);
        console.document(Map.of("from", from), Map.of("tags", wanted));
        return 0;
      }
      // Only registries accept several images at a time.
      boolean registries =
          destinations.stream().allMatch(ImageReference.Registry.class::isInstance);
      List<Mirror.Outcome> outcomes = mirror.copy(wanted, registries ? IMAGES_AT_ONCE : 1);
      return report(console, session, reader, outcomes);
    }
  }

  private static ImageReference repository(ImageReference reference) {
    if (reference.tag().isPresent() || reference.digest().isPresent()) {
      throw Usage.invalid(
          "mirror takes repositories, not " + reference + "; use --tags, or copy for one image");
    }
    return reference;
  }

  /** An archive holds a single image. */
  private static ImageReference target(ImageReference reference) {
    if (reference instanceof ImageReference.Archive) {
      throw Usage.invalid(reference + " holds a single image; mirror to a layout (oci:FOLDER)");
    }
    return repository(reference);
  }

  private boolean isWanted(String tag) {
    boolean included = tags.isEmpty() || tags.stream().anyMatch(p -> matches(p, tag));
    return included && excludeTags.stream().noneMatch(p -> matches(p, tag));
  }

  private static boolean matches(String pattern, String tag) {
    String regex = "\\Q" + pattern.replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q") + "\\E";
    return tag.matches(regex);
  }

  // ---- the outcome ----

  private record Image(String tag, Optional<Digest> digest) {}

  private record Failed(FailureDocument error) {}

  private int report(
      Console console, Session session, ImageReader reader, List<Mirror.Outcome> outcomes) {
    List<ObjectNode> images = new ArrayList<>();
    List<ModelcarException> failures = new ArrayList<>();
    int good = 0;
    for (Mirror.Outcome outcome : outcomes) {
      Optional<ModelcarException> failure =
          outcome.failure().or(() -> failure(outcome)).or(() -> verify(session, reader, outcome));
      ObjectNode image = DocumentWriter.tree(new Image(outcome.tag(), outcome.digest()));
      outcome.report().map(ReportDocument::of).map(DocumentWriter::tree).ifPresent(image::setAll);
      failure
          .map(e -> DocumentWriter.tree(new Failed(FailureDocument.of(e))))
          .ifPresent(image::setAll);
      images.add(image);
      if (failure.isEmpty()) {
        good++;
        console.result(
            "%s %s: %s"
                .formatted(
                    outcome.tag(),
                    outcome.digest().map(Object::toString).orElse(""),
                    outcome
                        .report()
                        .map(report -> ByteSize.format(report.bytesMoved()) + " moved")
                        .orElse("already present")));
      } else {
        failures.addAll(each(console, outcome, failure.get()));
      }
    }
    console.document(Map.of("from", from), Map.of("images", images));
    console.note("mirrored %d of %d images".formatted(good, outcomes.size()));
    return Reports.exitCode(failures, outcomes.size() * to.size());
  }

  /** Prints the result for each destination of an image that some do not have. */
  private List<ModelcarException> each(
      Console console, Mirror.Outcome outcome, ModelcarException failure) {
    List<ShipmentReport.TargetOutcome> targets =
        outcome.report().map(ShipmentReport::targets).orElse(List.of());
    List<ModelcarException> failures = new ArrayList<>();
    for (ShipmentReport.TargetOutcome target : targets) {
      target
          .failure()
          .ifPresentOrElse(
              e -> {
                failures.add(e);
                console.problem(target.reference(), e);
              },
              () ->
                  console.result(
                      "%s %s: in %s"
                          .formatted(
                              outcome.tag(),
                              outcome.digest().map(Object::toString).orElse(""),
                              target.reference())));
    }
    if (failures.isEmpty()) {
      console.problem(outcome.tag(), failure);
      failures.addAll(Collections.nCopies(to.size(), failure));
    }
    return failures;
  }

  private static Optional<ModelcarException> failure(Mirror.Outcome outcome) {
    return outcome.report().map(ShipmentReport::targets).stream()
        .flatMap(List::stream)
        .flatMap(target -> target.failure().stream())
        .findFirst();
  }

  private Optional<ModelcarException> verify(
      Session session, ImageReader reader, Mirror.Outcome outcome) {
    return session.targets(to, Optional.of(outcome.tag())).stream()
        .map(target ->
            copying.verify(session, reader, outcome.digest().orElseThrow(), target.reference()))
        .flatMap(Optional::stream)
        .findFirst();
  }
}
