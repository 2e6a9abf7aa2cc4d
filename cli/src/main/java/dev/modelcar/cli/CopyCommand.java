package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.transport.Destinations;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Images from place to place, as they are. */
@CommandLine.Command(
    name = "copy",
    description = "Copies an image to one or several places; its digest stays the same.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar copy quay.io/team/qwen3:0.6b registry.example.com/models/qwen3:0.6b",
      "  modelcar copy oci-archive:model.tar:v1 a.example/m:1 b.example/m:1",
      "  modelcar copy quay.io/team/qwen3:0.6b oci:./backup --referrers --verify"
    })
final class CopyCommand extends Command {
  @Parameters(index = "0", paramLabel = "FROM", description = "a reference, oci: or oci-archive:")
  String from = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "TO",
      description = "a reference, oci: or oci-archive:; without a tag that of FROM")
  List<String> to = new ArrayList<>();

  @Mixin CopyOptions copying = new CopyOptions();
  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin TransferOptions transfer = new TransferOptions();
  @Mixin StateOptions state = new StateOptions();

  @Override
  public Integer call() {
    Console console = console();
    try (Session session = new Session(environment(), console, registry, transfer);
        StateOptions.OpenMemory open = state.open(environment(), console)) {
      ImageReference source = session.reference(from);
      List<ShipmentTarget> targets = session.targets(to, source.tag());
      Destinations.checkSource(source, targets.stream().map(ShipmentTarget::reference).toList());
      ImageReader reader = session.reader(source);
      ShipmentReport report;
      try (Progress progress = progress(console, "copying")) {
        report = copying.copier(reader, targets, open.memory(), progress, transfer).copy(source);
      }
      ObjectNode json = Json.object();
      json.put("from", from);
      return new Reports(console).show(json, verified(session, reader, report, targets), targets);
    }
  }

  /** A copy that is not whole has failed, whatever the place said when it took it. */
  private ShipmentReport verified(
      Session session, ImageReader reader, ShipmentReport report, List<ShipmentTarget> targets) {
    List<ShipmentReport.TargetOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      ShipmentReport.TargetOutcome outcome = report.targets().get(i);
      ImageReference copy = targets.get(i).reference();
      outcomes.add(
          outcome.failure().isPresent()
              ? outcome
              : new ShipmentReport.TargetOutcome(
                  outcome.reference(),
                  copying.wrong(session, reader, report.image(), copy, transfer),
                  outcome.bytesMoved(),
                  outcome.bytesReused()));
    }
    return new ShipmentReport(report.image(), report.layers(), outcomes, report.duration());
  }
}
