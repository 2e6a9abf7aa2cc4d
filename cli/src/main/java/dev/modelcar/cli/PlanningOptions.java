package dev.modelcar.cli;

import dev.modelcar.packaging.Base;
import dev.modelcar.packaging.Bases;
import dev.modelcar.packaging.LayerPlan;
import dev.modelcar.packaging.LayerPlanner;
import dev.modelcar.packaging.Memory;
import dev.modelcar.packaging.ShipmentTarget;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.util.List;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Mixin;

/** All that determines a plan, for the commands that make one. */
final class PlanningOptions {
  @Mixin SourceOptions source = new SourceOptions();
  @Mixin ImageOptions image = new ImageOptions();
  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin TransferOptions transfer = new TransferOptions();
  @Mixin StateOptions state = new StateOptions();

  /** A plan, where it goes, and what is remembered; valid while it is worked on. */
  record Planned(LayerPlan plan, List<ShipmentTarget> targets, Memory memory) {}

  /** Makes the plan and does something with it. */
  int plan(Command command, List<String> to, ToIntFunction<Planned> work) {
    Console console = command.console();
    try (Session session = new Session(command.environment(), console, registry, transfer);
        StateOptions.OpenMemory open = state.open(command.environment(), console)) {
      List<ShipmentTarget> targets = session.targets(to);
      try (Snapshot snapshot = session.sources().resolve(SourceReference.parse(source.source))) {
        Selections.say(console, snapshot);
        Selection selection = source.policy().select(snapshot);
        Selections.say(console, selection);
        LayerPlan plan =
            LayerPlanner.within(session.limits(targets))
                .compressing(image.compression())
                .plan(selection, base(session, to), image.describe(snapshot.info()));
        return work.applyAsInt(new Planned(plan, targets, open.memory()));
      }
    }
  }

  /** Without targets the base does not matter, and need not be reached. */
  private Base base(Session session, List<String> to) {
    return to.isEmpty() && image.base.equals(Bases.STANDARD)
        ? Base.none(image.platforms())
        : new Bases(session::reader, image.platforms()).resolve(image.base);
  }
}
