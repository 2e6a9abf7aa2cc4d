package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.packaging.Base;
import dev.modelcar.packaging.Bases;
import dev.modelcar.packaging.LayerPlan;
import dev.modelcar.packaging.LayerPlanner;
import dev.modelcar.packaging.Memory;
import dev.modelcar.packaging.Selection;
import dev.modelcar.packaging.ShipmentReport;
import dev.modelcar.packaging.ShipmentTarget;
import dev.modelcar.packaging.Shipper;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      "",
      "The image is the same on every machine. Nothing is written to the disk but the targets",
      "that are files. Run the same command again after a failure: what has arrived stays."
    })
final class ShipCommand extends Command {
  @Mixin SourceOptions source = new SourceOptions();
  @Mixin ImageOptions image = new ImageOptions();
  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin TransferOptions transfer = new TransferOptions();
  @Mixin StateOptions state = new StateOptions();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "TARGET",
      description = "HOST/REPOSITORY[:TAG], oci:FOLDER[:TAG] or oci-archive:FILE[:TAG]; repeatable")
  List<String> to = new ArrayList<>();

  @Option(names = "--dry-run", description = "say what would move, and move nothing")
  boolean dryRun;

  @Override
  public Integer call() {
    Console console = console();
    try (Session session = new Session(environment(), console, registry, transfer);
        StateOptions.OpenMemory open = state.open(environment(), console)) {
      List<ShipmentTarget> targets = session.targets(to);
      try (Snapshot snapshot = session.sources().resolve(SourceReference.parse(source.source))) {
        Selections.say(console, snapshot);
        Selection selection = source.policy().select(snapshot);
        Selections.say(console, selection);
        LayerPlan plan = plan(session, selection, targets);
        if (dryRun) {
          return new Previews(console)
              .show(plan, targets, Shipper.to(targets).resuming(open.memory()));
        }
        return ship(console, plan, targets, open.memory());
      }
    }
  }

  private LayerPlan plan(Session session, Selection selection, List<ShipmentTarget> targets) {
    Base base = new Bases(session::reader, image.platforms()).resolve(image.base);
    return LayerPlanner.within(session.limits(targets))
        .compressing(image.compression())
        .plan(selection, base, image.describe(selection.snapshot().info()));
  }

  private int ship(Console console, LayerPlan plan, List<ShipmentTarget> targets, Memory memory) {
    ShipmentReport report;
    try (Progress progress = progress(console, "shipping")) {
      report =
          Shipper.to(targets)
              .resuming(memory)
              .parallel(transfer.parallel())
              .observedBy(progress)
              .ship(plan);
    }
    ObjectNode json = Json.object();
    Snapshot snapshot = plan.selection().snapshot();
    json.set("source", Documents.source(snapshot));
    json.set("selection", Documents.selection(plan.selection()));
    snapshot
        .info()
        .revision()
        .ifPresent(revision -> console.results(Map.of("MODEL_REVISION", revision)));
    return new Reports(console).show(json, report, targets);
  }
}
