package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.ImageWriter;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.transport.Destinations;
import dev.modelcar.packaging.copy.Mirror;
import dev.modelcar.packaging.transfer.ShipmentReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whole repositories from place to place. */
@CommandLine.Command(
    name = "mirror",
    description = "Copies the images of a repository, tag by tag; digests stay the same.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar mirror quay.io/team/qwen3 registry.example.com/models/qwen3 --tags 'v*'",
      "  modelcar mirror quay.io/team/qwen3 oci:./backup --referrers --verify",
      "",
      "What is there already is left alone: run it again after a failure, or every night."
    })
final class MirrorCommand extends Command {
  private static final int IMAGES_AT_ONCE = 2;

  @Parameters(index = "0", paramLabel = "FROM", description = "a repository, oci: or oci-archive:")
  String from = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "TO",
      description = "a repository or oci:FOLDER; the tags are those of FROM")
  List<String> to = new ArrayList<>();

  @Option(
      names = "--tags",
      paramLabel = "PATTERN",
      description = "only tags like this (* and ?); repeatable (default: all)")
  List<String> tags = new ArrayList<>();

  @Option(
      names = "--exclude-tags",
      paramLabel = "PATTERN",
      description = "no tags like this; repeatable")
  List<String> excludeTags = new ArrayList<>();

  @Option(names = "--dry-run", description = "say which tags would be mirrored")
  boolean dryRun;

  @Mixin CopyOptions copying = new CopyOptions();
  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin TransferOptions transfer = new TransferOptions();
  @Mixin StateOptions state = new StateOptions();

  @Override
  public Integer call() {
    Console console = console();
    try (Session session = new Session(environment(), console, registry, transfer);
        StateOptions.OpenMemory open = state.open(environment(), console);
        Progress progress = progress(console, "mirroring")) {
      ImageReference source = repository(session.reference(from));
      List<ImageReference> places =
          to.stream().map(target -> target(session.reference(target))).toList();
      Destinations.check(places);
      ImageReader reader = session.reader(source);
      Mirror mirror =
          new Mirror(
              reader,
              tag -> session.targets(to, Optional.of(tag)),
              targets ->
                  copying.copier(
                      session.reader(source), targets, open.memory(), progress, transfer),
              copying.referrers);
      List<String> wanted = mirror.tags(this::isWanted);
      if (wanted.isEmpty()) {
        throw new ModelcarException(OciError.IMAGE_NOT_FOUND, from + " has no tag that is wanted");
      }
      if (dryRun) {
        for (ImageReference place : places) {
          try (ImageWriter writer = session.writer(place)) {
            writer.checkWritable();
          }
        }
        wanted.forEach(console::result);
        ObjectNode json = Json.object().put("from", from);
        ArrayNode tagNodes = json.putArray("tags");
        wanted.forEach(tagNodes::add);
        console.document(json);
        return 0;
      }
      // Only registries let several images be published at a time.
      boolean registries = places.stream().allMatch(ImageReference.Registry.class::isInstance);
      List<Mirror.Outcome> outcomes = mirror.copy(wanted, registries ? IMAGES_AT_ONCE : 1);
      return report(console, session, reader, outcomes);
    }
  }

  private static ImageReference repository(ImageReference reference) {
    if (reference.tag().isPresent()
        || (reference instanceof ImageReference.Registry registry
            && registry.digest().isPresent())) {
      throw TransferOptions.usage(
          "mirror takes whole repositories; --tags selects, and copy takes " + reference);
    }
    return reference;
  }

  /** An archive is written once, with the tags of one image. */
  private static ImageReference target(ImageReference reference) {
    if (reference instanceof ImageReference.Archive) {
      throw TransferOptions.usage(
          reference + " cannot take the images of a repository; name a layout (oci:FOLDER)");
    }
    return repository(reference);
  }

  private boolean isWanted(String tag) {
    boolean included = tags.isEmpty() || tags.stream().anyMatch(p -> matches(p, tag));
    return included && excludeTags.stream().noneMatch(p -> matches(p, tag));
  }

  private static boolean matches(String pattern, String tag) {
    String regex =
        pattern
            .codePoints()
            .mapToObj(c ->
                switch (c) {
                  case '*' -> ".*";
                  case '?' -> ".";
                  default -> Pattern.quote(Character.toString(c));
                })
            .collect(Collectors.joining());
    return tag.matches(regex);
  }

  // ---- what became of it ----

  private int report(
      Console console, Session session, ImageReader reader, List<Mirror.Outcome> outcomes) {
    ObjectNode json = Json.object();
    json.put("from", from);
    ArrayNode images = json.putArray("images");
    int good = 0;
    Optional<ModelcarException> first = Optional.empty();
    for (Mirror.Outcome outcome : outcomes) {
      ObjectNode node = images.addObject();
      node.put("tag", outcome.tag());
      outcome.digest().ifPresent(digest -> node.put("digest", digest.toString()));
      outcome.report().ifPresent(report -> Documents.report(node, report));
      Optional<ModelcarException> failure =
          outcome.failure().or(() -> failure(outcome)).or(() -> wrong(session, reader, outcome));
      failure.ifPresent(e -> {
        node.set("error", Documents.error(e));
        console.problem(outcome.tag(), e);
      });
      good += failure.isEmpty() ? 1 : 0;
      first = first.or(() -> failure);
      if (failure.isEmpty()) {
        console.result(
            "%s %s: %s"
                .formatted(
                    outcome.tag(),
                    outcome.digest().map(Object::toString).orElse(""),
                    outcome
                        .report()
                        .map(report -> ByteSize.format(report.bytesMoved()) + " moved")
                        .orElse("there already")));
      }
    }
    console.document(json);
    console.note("%d of %d images are mirrored".formatted(good, outcomes.size()));
    if (first.isEmpty()) {
      return 0;
    }
    return good == 0
        ? first.get().code().category().exitCode()
        : CoreError.TARGETS_PARTLY_FAILED.category().exitCode();
  }

  private static Optional<ModelcarException> failure(Mirror.Outcome outcome) {
    return outcome.report().map(ShipmentReport::targets).stream()
        .flatMap(List::stream)
        .flatMap(target -> target.failure().stream())
        .findFirst();
  }

  private Optional<ModelcarException> wrong(
      Session session, ImageReader reader, Mirror.Outcome outcome) {
    return session.targets(to, Optional.of(outcome.tag())).stream()
        .map(target ->
            copying.wrong(
                session, reader, outcome.digest().orElseThrow(), target.reference(), transfer))
        .flatMap(Optional::stream)
        .findFirst();
  }
}
