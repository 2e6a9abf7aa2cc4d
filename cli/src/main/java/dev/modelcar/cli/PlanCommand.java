package dev.modelcar.cli;

import dev.modelcar.packaging.Base;
import dev.modelcar.packaging.Bases;
import dev.modelcar.packaging.LayerPlan;
import dev.modelcar.packaging.LayerPlanner;
import dev.modelcar.packaging.Selection;
import dev.modelcar.packaging.ShipmentTarget;
import dev.modelcar.packaging.Shipper;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What would move, and why. */
@CommandLine.Command(
    name = "plan",
    description = "Says which layers an image would have, and what each target lacks of them.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar plan hf://Qwen/Qwen3-0.6B",
      "  modelcar plan ./my-model --to quay.io/team/my-model:v2 --output json",
      "",
      "Only file lists and the headers of weights are read."
    })
final class PlanCommand extends Command {
  @Mixin SourceOptions source = new SourceOptions();
  @Mixin ImageOptions image = new ImageOptions();
  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin TransferOptions transfer = new TransferOptions();
  @Mixin StateOptions state = new StateOptions();

  @Option(names = "--to", paramLabel = "TARGET", description = "where it would go; repeatable")
  List<String> to = new ArrayList<>();

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
        // Without targets the base does not matter, and need not be reached.
        boolean withBase = !to.isEmpty() || !image.base.equals(Bases.STANDARD);
        Base base =
            withBase
                ? new Bases(session::reader, image.platforms()).resolve(image.base)
                : Base.none(image.platforms());
        LayerPlan plan =
            LayerPlanner.within(session.limits(targets))
                .compressing(image.compression())
                .plan(selection, base, image.describe(snapshot.info()));
        return new Previews(console)
            .show(plan, targets, Shipper.to(targets).resuming(open.memory()));
      }
    }
  }
}
