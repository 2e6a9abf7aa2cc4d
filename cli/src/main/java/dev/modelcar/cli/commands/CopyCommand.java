package dev.modelcar.cli.commands;

import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.CopyOptions;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Progress;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.transport.Destinations;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Copies images as they are. */
@CommandLine.Command(
    name = "copy",
    description = "Copies an image to one or several destinations; its digest stays the same.",
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
      description = "a reference, oci: or oci-archive:; the tag defaults to that of FROM")
  List<String> to = new ArrayList<>();

  @Mixin CopyOptions copying = new CopyOptions();

  @Override
  public Integer call() {
    return Reports.reporting(console(), this::copy);
  }

  private int copy() {
    Console console = console();
    try (Session session = copying.session(console)) {
      session.reachAs(to);
      ImageReference source = session.reference(from);
      List<ShipmentTarget> targets = session.targets(to, source.tag());
      Destinations.checkSource(source, targets.stream().map(ShipmentTarget::reference).toList());
      new Reports(console).checkResults(targets, Map.of());
      ImageReader reader = session.reader(source);
      ShipmentReport report;
      try (Progress progress = Progress.on(console, "copying")) {
        report = copying.copier(session, reader, targets, progress).copy(source);
      }
      ShipmentReport verified = verified(session, reader, report, targets);
      return new Reports(console).show(verified, targets, Map.of("from", from));
    }
  }

  /** A copy that is found to be incomplete has failed, although the target has accepted it. */
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
                  copying.verify(session, reader, report.image(), copy),
                  outcome.bytesMoved(),
                  outcome.bytesReused()));
    }
    return new ShipmentReport(report.image(), report.layers(), outcomes, report.duration());
  }
}
