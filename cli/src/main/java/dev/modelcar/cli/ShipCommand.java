package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.packaging.Shipper;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.source.SourceReference;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The whole way from a source to its targets. */
@CommandLine.Command(
    name = "ship",
    description = "Makes an image of a model and puts it into one or several places, in one pass.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar ship hf://Qwen/Qwen3-0.6B --to quay.io/team/qwen3:0.6b",
      "  modelcar ship hf://org/model@v1.0 --to a.example/m:1 --to b.example/m:1   one read, two registries",
      "  modelcar ship ./my-model --base dir:./rootfs --to oci-archive:model.tar:v1",
      "  modelcar ship hf://org/big@v1.0 --part 2/4 --to a.example/m:1   one of four workers; then seal",
      "",
      "The image is the same on every machine. Nothing is written to the disk but the targets",
      "that are files, and a journal. Run the same command again after a failure: what has",
      "arrived stays, and an open layer goes on where its registry allows."
    })
final class ShipCommand extends Command {
  @Mixin PlanningOptions planning = new PlanningOptions();

  @Mixin TargetOptions targets = new TargetOptions();

  @Option(
      names = "--part",
      paramLabel = "I/N",
      description = "ship only this share of the layers; `modelcar seal` makes the image")
  @Nullable String part;

  @Option(
      names = "--verify-reuse",
      description = "read and hash also the layers whose digests are remembered")
  boolean verifyReuse;

  @Option(
      names = "--receipts",
      paramLabel = "auto|always|never",
      description =
          "leave word in the registry of what has arrived, for a run on another machine; auto:"
              + " in a pod, and where there is no journal (default: ${DEFAULT-VALUE})")
  ReceiptPolicy receipts = ReceiptPolicy.auto;

  @Option(
      names = "--consume",
      description =
          "remove each file of the folder once its layer is in all targets, to make room for them")
  boolean consume;

  @Option(names = "--dry-run", description = "say what would move, and move nothing")
  boolean dryRun;

  /** When receipts are left. */
  enum ReceiptPolicy {
    auto,
    always,
    never
  }

  @Override
  public Integer call() {
    Optional<Part> share = Optional.ofNullable(part).map(PlanCommand::part);
    if (consume && (share.isPresent() || !isFolder())) {
      throw TransferOptions.usage("--consume needs a folder, and all of it");
    }
    // A dry run is asked what is there, and all that is wrong with it.
    PlanningOptions wanted = share.isPresent() && !dryRun ? planning.ofPart() : planning;
    return wanted.plan(
        this,
        targets.atLeastOne(),
        consume,
        planned -> {
          Shipper shipper = Shipper.to(planned.targets()).resuming(planned.memory());
          return dryRun
              ? new Previews(console()).show(planned, shipper)
              : ship(planned, shipper, share);
        });
  }

  private int ship(PlanningOptions.Planned planned, Shipper idle, Optional<Part> share) {
    Console console = console();
    ShipmentReport report;
    try (Progress progress = progress(console, "shipping")) {
      Shipper shipper = idle.parallel(planning.transfer.parallel()).observedBy(progress);
      if (verifyReuse) {
        shipper = shipper.verifyingReuse();
      }
      if (leavesReceipts()) {
        shipper = shipper.leavingReceipts();
      }
      report =
          share.isPresent()
              ? shipper.shipPart(planned.plan(), share.get())
              : consume ? shipAndFree(shipper, planned) : shipper.ship(planned.plan());
    }
    ObjectNode json = Json.object();
    Reports reports = new Reports(console);
    return share.isPresent()
        ? reports.showPart(json, share.get(), report)
        : reports.show(json, planned, report);
  }

  private ShipmentReport shipAndFree(Shipper shipper, PlanningOptions.Planned planned) {
    ConsumedFiles consumed = new ConsumedFiles(Path.of(planning.source.source));
    ShipmentReport report = shipper.shipAndFree(planned.plan(), consumed::free);
    if (report.isComplete()) {
      consumed.forget();
    }
    return report;
  }

  private boolean isFolder() {
    return SourceReference.parse(planning.source.source) instanceof SourceReference.Folder;
  }

  private boolean leavesReceipts() {
    return switch (receipts) {
      case always -> true;
      case never -> false;
      case auto ->
          !environment().variable("KUBERNETES_SERVICE_HOST").isEmpty()
              || planning.state.folder(environment()).isEmpty();
    };
  }
}
