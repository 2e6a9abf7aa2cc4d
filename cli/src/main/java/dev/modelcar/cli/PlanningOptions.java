package dev.modelcar.cli;

import dev.modelcar.packaging.layers.Memory;
import dev.modelcar.packaging.plan.Base;
import dev.modelcar.packaging.plan.Bases;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.packaging.plan.LayerPlanner;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.packaging.transfer.ShipmentTarget;
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

  /** Whether the base is needed even where there are no targets. */
  private boolean baseNeeded;

  /** Whether another process looks at the headers of the weights. */
  private boolean weightsProven;

  private Runnable onceSelected = () -> {};

  /** The base matters, whether there are targets or not. */
  PlanningOptions withBase() {
    baseNeeded = true;
    return this;
  }

  /** The plan is of one part: who seals the image looks at its weights. */
  PlanningOptions ofPart() {
    weightsProven = true;
    return this;
  }

  /** Once the source has turned out to be a model, and before anything else is done. */
  PlanningOptions onceSelected(Runnable task) {
    onceSelected = task;
    return this;
  }

  /** A plan, where it goes, and what is remembered; valid while it is worked on. */
  record Planned(LayerPlan plan, List<ShipmentTarget> targets, Memory memory) {}

  /** Makes the plan and does something with it. */
  int plan(Command command, List<String> to, ToIntFunction<Planned> work) {
    return plan(command, to, false, work);
  }

  /**
   * Makes the plan and does something with it.
   *
   * @param makingRoom whether files of the source go while targets on the same disk grow
   */
  int plan(Command command, List<String> to, boolean makingRoom, ToIntFunction<Planned> work) {
    Console console = command.console();
    try (Session session = new Session(command.environment(), console, registry, transfer);
        StateOptions.OpenMemory open = state.open(command.environment(), console)) {
      if (makingRoom) {
        session.makingRoom();
      }
      List<ShipmentTarget> targets = session.targets(to);
      SourceReference model = SourceReference.parse(source.source);
      if (model instanceof SourceReference.Folder folder) {
        new ConsumedFiles(folder.path()).check();
      }
      try (Snapshot snapshot = session.sources().resolve(model)) {
        Selections.say(console, snapshot);
        if (image.created == null) {
          Selections.sayIfUndated(console, snapshot);
        }
        SelectionPolicy policy = source.policy();
        Selection selection =
            (weightsProven ? policy.withWeightsProven() : policy).select(snapshot);
        Selections.say(console, selection);
        onceSelected.run();
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
    return to.isEmpty() && !baseNeeded && image.base().equals(Bases.STANDARD)
        ? Base.none(image.platforms())
        : new Bases(session::reader, image.platforms()).resolve(image.base());
  }
}
