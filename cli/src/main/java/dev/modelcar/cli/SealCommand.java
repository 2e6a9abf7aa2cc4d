package dev.modelcar.cli;

import dev.modelcar.core.Json;
import dev.modelcar.packaging.Shipper;
import dev.modelcar.packaging.transfer.ShipmentReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      "Source, base and all options of the image must be those of the parts; the image is then",
      "the one that a single `modelcar ship` would have made. No weights are read."
    })
final class SealCommand extends Command {
  @Mixin PlanningOptions planning = new PlanningOptions();

  @Mixin TargetOptions targets = new TargetOptions();

  @Option(
      names = "--parts",
      required = true,
      paramLabel = "N",
      description = "how many parts there are")
  int parts;

  @Option(
      names = "--part-bytes-moved",
      arity = "0..*",
      hidden = true,
      description = "what the workers have sent, for the results")
  List<Long> partsMoved = new ArrayList<>();

  @Option(
      names = "--part-bytes-reused",
      arity = "0..*",
      hidden = true,
      description = "what the workers have found in the targets, for the results")
  List<Long> partsReused = new ArrayList<>();

  @Override
  public Integer call() {
    if (parts < 1) {
      throw TransferOptions.usage("--parts takes the number of parts, 1 or more");
    }
    planning.transfer.movesLittle();
    return planning.plan(
        this,
        targets.atLeastOne(),
        planned -> {
          Console console = console();
          ShipmentReport report;
          try (Progress progress = progress(console, "sealing")) {
            report =
                Shipper.to(planned.targets())
                    .resuming(planned.memory())
                    .parallel(planning.transfer.parallel())
                    .observedBy(progress)
                    .seal(planned.plan(), parts);
          }
          int code = new Reports(console).show(Json.object(), planned, report);
          if (!partsMoved.isEmpty()) {
            console.results(withParts(report));
          }
          return code;
        });
  }

  /** Of the run as a whole: to seal finds there what the workers have sent. */
  private Map<String, String> withParts(ShipmentReport report) {
    long moved = report.bytesMoved() + partsMoved.stream().mapToLong(Long::longValue).sum();
    long reused = partsReused.stream().mapToLong(Long::longValue).sum();
    return Map.of("BYTES_MOVED", Long.toString(moved), "BYTES_REUSED", Long.toString(reused));
  }
}
