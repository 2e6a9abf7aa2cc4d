package dev.modelcar.cli.commands;

import dev.modelcar.cli.commands.cluster.PartRuns;
import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.PlanRequest;
import dev.modelcar.cli.options.PlanRequest.Trait;
import dev.modelcar.cli.options.PlanningOptions;
import dev.modelcar.cli.options.TargetOptions;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Progress;
import dev.modelcar.core.Digest;
import dev.modelcar.packaging.Shipper;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.transfer.ShipmentReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The last step of a shipment in parts. */
@CommandLine.Command(
    name = "seal",
    description = "Makes the image of a model whose layers were shipped in parts.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar ship hf://org/big@v1.0 --part 1/2 --to a.example/m:1    on one machine",
      "  modelcar ship hf://org/big@v1.0 --part 2/2 --to a.example/m:1    on another",
      "  modelcar seal hf://org/big@v1.0 --parts 2 --to a.example/m:1     when both are done",
      "",
      "Source, base and image options must be those of the parts; the image is then the "
          + "same as that of a single `modelcar ship`. No weights are read."
    })
final class SealCommand extends Command {
  @Mixin PlanningOptions planning = new PlanningOptions();

  @Mixin TargetOptions targets = new TargetOptions();

  @Option(names = "--parts", required = true, paramLabel = "N", description = "number of parts")
  int parts;

  @Option(
      names = "--part-bytes-moved",
      arity = "0..*",
      hidden = true,
      description = "bytes that the workers have sent, for the results")
  List<Long> partsMoved = new ArrayList<>();

  @Option(
      names = "--part-bytes-reused",
      arity = "0..*",
      hidden = true,
      description = "bytes that the workers have found in the targets, for the results")
  List<Long> partsReused = new ArrayList<>();

  @Override
  public Integer call() {
    if (parts < 1) {
      throw Usage.invalid("--parts takes a number from 1");
    }
    return Reports.reporting(
        console(),
        () ->
            planning
                .request(targets.atLeastOne(), Set.of(Trait.WITHOUT_TRANSFER))
                .plan(console(), this::seal));
  }

  private int seal(PlanRequest.Planned planned) {
    Console console = console();
    Reports reports = new Reports(console);
    reports.checkResults(planned.targets(), Reports.provenance(planned.plan()));
    joinParts(console, planned);
    ShipmentReport report;
    try (Progress progress = Progress.on(console, "sealing")) {
      report =
          Shipper.to(planned.targets())
              .resuming(planned.memory())
              .parallel(planning.parallel())
              .observedBy(progress)
              .seal(planned.plan(), parts);
    }
    int code = reports.show(planned, report);
    if (!partsMoved.isEmpty()) {
      console.results(withParts(report));
    }
    return code;
  }

  /** The page shows all workers, also if an image cannot be sealed. */
  private void joinParts(Console console, PlanRequest.Planned planned) {
    Optional<Digest> plan = planned.plan().id();
    if (console.record().isPresent() && plan.isPresent()) {
      PartRuns runs = PartRuns.of(console, planned.targets(), plan.get(), Part.all(parts));
      if (!runs.documents().isEmpty() || !runs.undocumented().isEmpty()) {
        console.record().get().join(runs.documents(), runs.undocumented());
      }
    }
  }

  /** The totals of the run: what the workers have sent, sealing counts as reused. */
  private Map<String, String> withParts(ShipmentReport report) {
    long moved = report.bytesMoved() + partsMoved.stream().mapToLong(Long::longValue).sum();
    long reused = partsReused.stream().mapToLong(Long::longValue).sum();
    return Map.of("BYTES_MOVED", Long.toString(moved), "BYTES_REUSED", Long.toString(reused));
  }
}
