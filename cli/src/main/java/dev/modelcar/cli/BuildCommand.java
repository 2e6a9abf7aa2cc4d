package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** An image beside the files of its model, without a second copy of them. */
@CommandLine.Command(
    name = "build",
    description = "Makes the image of a model folder without copying the model.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar build ./model --recipe ./image",
      "  modelcar copy recipe:./image registry.example.com/team/model:1 quay.io/team/model:1",
      "",
      "What is written are the image's documents, the base, and the recipes of the layers, which",
      "are framed from the model's files when the image is copied. `ship` does both in one pass;",
      "this is for pipelines that build in one step and push in others."
    })
final class BuildCommand extends Command {
  @Mixin PlanningOptions planning = new PlanningOptions();

  @Option(
      names = "--format",
      paramLabel = "oci|oci-archive",
      description =
          "oci: documents and recipes alone; oci-archive: a file that other tools read, with a"
              + " copy of the model (default: ${DEFAULT-VALUE})")
  String format = "oci";

  @Option(
      names = "--consume",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "with oci-archive, remove each file once it is in the archive; with oci, nothing")
  boolean consume;

  @Option(
      names = "--image",
      paramLabel = "REF",
      description = "what the image will be called; for the result IMAGE_URL")
  String image = "";

  @Option(
      names = "--recipe",
      paramLabel = "FOLDER",
      description = "where the recipe goes (default: .modelcar in the model's folder)")
  @Nullable Path folder;

  @Override
  public Integer call() {
    if (!(SourceReference.parse(planning.source.source) instanceof SourceReference.Folder model)) {
      throw TransferOptions.usage("build takes a folder; ship takes models from the Hub as well");
    }
    Path target = folder != null ? folder : model.path().resolve(".modelcar");
    boolean archive = format.equals("oci-archive");
    if (!archive && !format.equals("oci")) {
      throw TransferOptions.usage("--format takes oci or oci-archive");
    }
    if (!archive && consume) {
      console().note("--consume does nothing here: only with oci-archive is there a second copy");
    }
    long began = System.nanoTime();
    // What an earlier run has left there must never be shipped by mistake; but where there is no
    // model, it may be all that is left of it.
    planning.onceSelected(() -> ImageBuilder.forget(target));
    if (archive) {
      return pack(target, began, model.path());
    }
    return planning
        .withBase()
        .plan(this, List.of(), planned -> finish(target, began, build(planned, model, target)));
  }

  private ImageBuilder.Built build(
      PlanningOptions.Planned planned, SourceReference.Folder model, Path target) {
    return new ImageBuilder(planned.memory(), planning.transfer.parallel())
        .build(planned.plan(), model.path(), target);
  }

  private int pack(Path target, long began, Path model) {
    Path archive = ImageBuilder.archive(target);
    try {
      return planning.plan(
          this,
          List.of("oci-archive:" + archive),
          consume,
          planned -> finish(target, began, pack(planned, model)));
    } catch (ModelcarException e) {
      if (e.code() == SourceError.SOURCE_EMPTY && Files.exists(archive)) {
        throw new ModelcarException(
            e.code(),
            e.getMessage() + "; what an earlier build has made of it is " + archive,
            "Copy recipe:%s to its registries, or fetch the model again to build it anew."
                .formatted(target),
            e);
      }
      throw e;
    }
  }

  private ImageBuilder.Built pack(PlanningOptions.Planned planned, Path model) {
    ConsumedFiles consumed = new ConsumedFiles(model);
    try (Progress progress = progress(console(), "packing")) {
      Shipper shipper = Shipper.to(planned.targets()).observedBy(progress);
      ShipmentReport report =
          consume
              // One layer at a time: what is under way is on the volume twice.
              ? shipper.parallel(1).shipAndFree(planned.plan(), consumed::free)
              : shipper.parallel(planning.transfer.parallel()).ship(planned.plan());
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
    ObjectNode json = Json.object();
    json.put("image", "recipe:" + target);
    json.put("digest", built.image().toString());
    json.put("bytes", built.size());
    json.put("seconds", duration.toMillis() / 1000.0);
    console.document(json);
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
