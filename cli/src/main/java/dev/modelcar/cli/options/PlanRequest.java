package dev.modelcar.cli.options;

import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.SourceNotes;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.packaging.layers.Memory;
import dev.modelcar.packaging.plan.Base;
import dev.modelcar.packaging.plan.Bases;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.packaging.plan.LayerPlanner;
import dev.modelcar.packaging.plan.Limits;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request for a plan.
 *
 * @param options as they were given
 * @param targets references of the image's destinations
 * @param traits what is special about it
 * @param onceSelected runs once the source has turned out to be a model, before anything else
 */
public record PlanRequest(
    PlanningOptions options, List<String> targets, Set<Trait> traits, Runnable onceSelected) {

  /** What a plan can be used for beyond the usual. */
  public enum Trait {
    /** The base is needed even without targets. */
    WITH_BASE,
    /** One part is shipped: whoever seals the image checks the headers of the weights. */
    OF_PART,
    /** Files of the source are removed while targets on the same disk grow. */
    MAKING_ROOM,
    /** Each file that is left out is listed, however small. */
    LISTING,
    /** Next to nothing is moved, so {@code --memory} does not apply. */
    WITHOUT_TRANSFER
  }

  /** A plan, its targets, and what earlier runs have left; valid while it is worked on. */
  public record Planned(
      LayerPlan plan, List<ShipmentTarget> targets, Memory memory, Session session) {}

  public PlanRequest onceSelected(Runnable task) {
    return new PlanRequest(options, targets, traits, task);
  }

  /** Makes the plan and passes it on. */
  public int plan(Console console, ToIntFunction<Planned> work) {
    TransferOptions transfer =
        traits.contains(Trait.WITHOUT_TRANSFER)
            ? options.transfer.withStandardMemory()
            : options.transfer;
    try (Session session =
        new Session(
            console, options.registry, transfer, Optional.empty(), options.state.open(console))) {
      if (traits.contains(Trait.MAKING_ROOM)) {
        session.makingRoom();
      }
      session.reachAs(targets);
      options.image.namedBase().ifPresent(base -> session.reachAs(List.of(base)));
      List<ShipmentTarget> opened = session.targets(targets);
      // The source is far away, too: registries respond meanwhile, and failures wait for their
      // turn.
      Supplier<Limits> limits = Threads.early("modelcar-limits", () -> session.limits(opened));
      Supplier<Base> base = Threads.early("modelcar-base", () -> base(session));
      SourceReference model = options.source();
      if (model instanceof SourceReference.Folder folder) {
        new ConsumedFiles(folder.path()).check();
      }
      try (Snapshot snapshot = session.sources().resolve(model)) {
        SourceNotes.print(console, snapshot);
        if (!options.image.isDated(console.environment())) {
          SourceNotes.printIfUndated(console, snapshot);
        }
        SelectionPolicy policy = options.source.policy().withDestinations(destinations(model));
        Selection selection =
            (traits.contains(Trait.OF_PART) ? policy.withWeightsProven() : policy).select(snapshot);
        SourceNotes.print(console, selection, traits.contains(Trait.LISTING));
        onceSelected.run();
        LayerPlan plan =
            LayerPlanner.within(limits.get())
                .compressing(options.image.compress)
                .plan(
                    selection,
                    base.get(),
                    options.image.describe(selection.snapshot().info(), console.environment()));
        console.record().ifPresent(run -> run.plan(plan.layers()));
        return work.applyAsInt(new Planned(plan, opened, session.memory(), session));
      }
    }
  }

  /** Whether there is a base to read. */
  public boolean readsBase() {
    return !options.image.base().equals("none");
  }

  /**
   * Reads the base alone, as the plan will need it.
   *
   * @throws ModelcarException what the plan would fail with for its base
   */
  public void readBase(Console console) {
    try (Session session = new Session(console, options.registry, options.transfer)) {
      session.reachAs(targets);
      options.image.namedBase().ifPresent(base -> session.reachAs(List.of(base)));
      Base _ = base(session);
    }
  }

  /** The targets that lie in the model's folder. */
  private Set<String> destinations(SourceReference model) {
    if (!(model instanceof SourceReference.Folder folder)) {
      return Set.of();
    }
    Path root = folder.path().toAbsolutePath().normalize();
    return targets.stream()
        .map(ImageReference::parse)
        .flatMap(target ->
            switch (target) {
              case ImageReference.Layout layout -> Stream.of(layout.folder());
              case ImageReference.Archive archive -> Stream.of(archive.file());
              default -> Stream.<Path>empty();
            })
        .map(path -> path.toAbsolutePath().normalize())
        .filter(path -> path.startsWith(root) && !path.equals(root))
        .map(path -> root.relativize(path).toString().replace('\\', '/'))
        .collect(Collectors.toSet());
  }

  /** Without targets the base does not matter, and need not be reached. */
  private Base base(Session session) {
    ImageOptions image = options.image;
    return targets.isEmpty()
            && !traits.contains(Trait.WITH_BASE)
            && image.base().equals(Bases.STANDARD)
        ? Base.none(image.platforms())
        : new Bases(session::reader, image.platforms()).resolve(image.address());
  }
}
