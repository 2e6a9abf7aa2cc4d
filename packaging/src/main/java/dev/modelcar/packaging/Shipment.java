package dev.modelcar.packaging;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.packaging.layers.PlannedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One run of a {@link Shipper}. */
final class Shipment {
  private final LayerPlan plan;
  private final ShipmentSetup setup;
  private final List<ShipmentTarget> targets;
  private final LayerMover mover;
  private final Receipts receipts;
  private final long began = System.nanoTime();
  private final List<ShipmentLayer> layers = new ArrayList<>();

  /**
   * @param receipts whether word is left of layers while others are still on their way
   * @param arrived hears of each layer of the model that all targets have
   */
  Shipment(LayerPlan plan, ShipmentSetup setup, boolean receipts, Consumer<PlannedLayer> arrived) {
    this.plan = plan;
    this.setup = setup;
    this.targets = setup.targets();
    this.mover = new LayerMover(targets, setup.listener(), setup.parallel());
    this.receipts = receipts ? new Receipts(plan.id(), new Part(1, 1), targets) : Receipts.none();
    // A target that has failed lacks the layer too, though nobody moves it there any more.
    ShipmentLayer.Context context =
        setup.context(
            mover,
            this.receipts,
            layer -> {
              if (targets.stream().noneMatch(ShipmentTarget::hasFailed)) {
                arrived.accept(layer);
              }
            });
    layers.addAll(setup.baseLayers(plan, context));
    plan.layers().forEach(layer -> layers.add(ShipmentLayer.of(layer, context)));
    mover.over(layers);
  }

  ShipmentReport run() {
    try {
      Reuse reuse = lookUp();
      compare(layers.stream().filter(layer -> layer.mayBeThere(reuse)).toList());
      mover.lookAndMount();
      mover.move();
      ImageAssembly.Image image = ImageAssembly.assemble(plan, modelLayers());
      mover.publish(new LayerMover.Image(image.configs(), image.children(), image.top()));
      targets.stream().filter(target -> !target.hasFailed()).forEach(receipts::remove);
      return setup.report(image.top().digest(), layers, began);
    } catch (ModelcarException e) {
      receipts.writeRest();
      throw e;
    } finally {
      targets.forEach(target -> target.writer().close());
    }
  }

  ShipmentPreview preview() {
    try {
      Targets.each(targets, target -> target.writer().checkWritable(), setup.listener());
      var _ = lookUp();
      mover.look();
      for (ShipmentTarget target : targets) {
        if (target.failure().isPresent()) {
          throw target.failure().get();
        }
      }
      return new ShipmentPreview(layers.stream().map(l -> l.preview(targets)).toList());
    } finally {
      targets.forEach(target -> target.writer().close());
    }
  }

  private Reuse lookUp() {
    Reuse reuse = new Reuse(setup.memory(), targets, plan.id(), Part.all(1));
    layers.forEach(layer -> layer.lookUp(reuse));
    if (setup.verifyReuse()) {
      layers.forEach(ShipmentLayer::verifyKnown);
    }
    return reuse;
  }

  /** Local files without a journal: read once here, and once more where they must be sent. */
  private void compare(List<ShipmentLayer> likely) {
    if (likely.isEmpty()) {
      return;
    }
    long bytes = likely.stream().mapToLong(ShipmentLayer::size).sum();
    setup.listener().on(new ShipmentEvent.Comparing(likely.size(), bytes));
    Threads.map(
        likely,
        setup.parallel(),
        "reading files for their digests",
        layer -> {
          layer.read();
          return layer;
        });
  }

  /** What is known of the model's layers; without it there is no image, and a target says why. */
  private List<KnownLayer> modelLayers() {
    return layers.stream()
        .filter(ShipmentLayer::isOfModel)
        .map(layer -> layer.known().orElseThrow(setup::firstFailure))
        .toList();
  }
}
