package dev.modelcar.cli.commands;

import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.ConsumedFiles;
import dev.modelcar.cli.options.PlanRequest;
import dev.modelcar.cli.options.PlanRequest.Trait;
import dev.modelcar.cli.options.PlanningOptions;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Progress;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.Shipper;
import dev.modelcar.packaging.build.ImageBuilder;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.SourceReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** An image next to the files of its model, without a second copy of them. */
@CommandLine.Command(
    name = "build",
    description = "Makes the image of a model folder without copying the model.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar build ./model --recipe ./image",
      "  modelcar copy recipe:./image registry.example.com/team/model:1 quay.io/team/model:1",
      "",
      "Writes the image's documents, its base, and recipes from which `copy` makes the "
          + "layers out of the model's files. `ship` does both in one pass; `build` is for "
          + "pipelines that build in one step and push in another."
    })
final class BuildCommand extends Command {
  @Mixin PlanningOptions planning = new PlanningOptions();

  @Option(
      names = "--format",
      paramLabel = "oci|oci-archive",
      description =
          "oci: only documents and recipes; oci-archive: a file for other tools, with a copy of the"
              + " model (default: ${DEFAULT-VALUE})")
  String format = "oci";

  @Option(
      names = "--consume",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "with oci-archive, remove each file once it is in the archive; no effect with oci")
  boolean consume;

  @Option(names = "--image", paramLabel = "REF", description = "image name for result IMAGE_URL")
  String image = "";

  @Option(
      names = "--recipe",
      paramLabel = "FOLDER",
      description = "where the recipe is written (default: .modelcar in the model's folder)")
  @Nullable Path folder;

  @Override
  public Integer call() {
    if (!(planning.source() instanceof SourceReference.Folder model)) {
      throw Usage.invalid("build takes a folder; use ship for models from the Hub");
    }
    Path target = folder != null ? folder : model.path().resolve(".modelcar");
    boolean archive = format.equals("oci-archive");
    if (!archive && !format.equals("oci")) {
      throw Usage.invalid("--format takes oci or oci-archive");
    }
    if (!archive && consume) {
      console().note("--consume has no effect with --format oci, which copies no files");
    }
    console().checked();
    long began = System.nanoTime();
    if (archive) {
      return pack(target, began, model.path());
    }
    return request(List.of(), Set.of(Trait.WITH_BASE), target)
        .plan(
            console(),
            planned -> {
              ImageBuilder builder = new ImageBuilder(planned.memory(), planning.parallel());
              return finish(target, began, builder.build(planned.plan(), model.path(), target));
            });
  }

  /**
   * What an earlier run has left in the target must never be shipped by mistake; but without a
   * model, it may be all that is left of one.
   */
  private PlanRequest request(List<String> targets, Set<Trait> traits, Path target) {
    return planning.request(targets, traits).onceSelected(() -> ImageBuilder.forget(target));
  }

  private int pack(Path target, long began, Path model) {
    Path archive = ImageBuilder.archive(target);
    try {
      Set<Trait> traits = consume ? Set.of(Trait.MAKING_ROOM) : Set.of();
      return request(List.of("oci-archive:" + archive), traits, target)
          .plan(console(), planned -> finish(target, began, pack(planned, model)));
    } catch (ModelcarException e) {
      if (e.code() == SourceError.SOURCE_EMPTY && Files.exists(archive)) {
        throw new ModelcarException(
            e.code(),
            e.getMessage() + "; an earlier build has left " + archive,
            "Copy recipe:%s to its registries, or fetch the model again and rebuild."
                .formatted(target),
            e);
      }
      throw e;
    }
  }

  private ImageBuilder.Built pack(PlanRequest.Planned planned, Path model) {
    ConsumedFiles consumed = new ConsumedFiles(model);
    try (Progress progress = Progress.on(console(), "packing")) {
      Shipper shipper = Shipper.to(planned.targets()).observedBy(progress);
      ShipmentReport report =
          consume
              // One layer at a time: layers in transit are on the volume twice.
              ? shipper
                  .parallel(1)
                  .shipAndFree(planned.plan(), layer -> consumed.free(layer.files()))
              : shipper.parallel(planning.parallel()).ship(planned.plan());
      report
          .targets()
          .getFirst()
          .failure()
          .ifPresent(failure -> {
            throw failure;
          });
      consumed.forget();
      return new ImageBuilder.Built(report.image(), planned.plan().size());
    }
  }

  private int finish(Path target, long began, ImageBuilder.Built built) {
    Console console = console();
    Duration duration = Duration.ofNanos(System.nanoTime() - began);
    console.document(
        Json.object()
            .put("image", "recipe:" + target)
            .put("digest", built.image().toString())
            .put("bytes", built.size())
            .put("seconds", duration.toMillis() / 1000.0));
    console.results(
        Map.of(
            "IMAGE_DIGEST", built.image().toString(),
            "IMAGE_URL", image,
            "BUILD_TIME", Long.toString(duration.toSeconds())));
    console.result("recipe:%s@%s".formatted(target, built.image()));
    console.note("%s in %s".formatted(ByteSize.format(built.size()), Texts.duration(duration)));
    return 0;
  }
}
