package dev.modelcar.packaging;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.layers.PlannedLayer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What shipments of all kinds have in common.
 *
 * @param parallel how many layers move at a time
 * @param verifyReuse whether what is known of a layer is proven by reading it
 */
record ShipmentSetup(
    List<ShipmentTarget> targets,
    Memory memory,
    ShipmentListener listener,
    int parallel,
    boolean verifyReuse) {
  /** What the windows of all layers that move at a time take together, at most, in bytes. */
  private static final long WINDOWS = 64L << 20;

  private static final long LARGEST_WINDOW = 16L << 20;

  ShipmentSetup {
    targets = List.copyOf(targets);
  }

  ShipmentLayer.Context context(LayerMover mover, Receipts receipts) {
    return context(mover, receipts, layer -> {});
  }

  /**
   * @param arrived hears of each layer of the model that all targets have
   */
  ShipmentLayer.Context context(
      LayerMover mover, Receipts receipts, Consumer<PlannedLayer> arrived) {
    return new ShipmentLayer.Context(
        targets, memory, listener, window(parallel), mover::isOver, receipts, arrived);
  }

  /** How far the fastest target may be ahead of the slowest in one layer, in bytes. */
  static long window(int parallel) {
    return Math.min(LARGEST_WINDOW, WINDOWS / parallel);
  }

  /** The layers of the base, each once. */
  List<ShipmentLayer> baseLayers(LayerPlan plan, ShipmentLayer.Context context) {
    Set<Digest> seen = new HashSet<>();
    List<ShipmentLayer> layers = new ArrayList<>();
    for (Base.BaseImage image : plan.base().images()) {
      for (Base.BaseLayer layer : image.layers()) {
        if (seen.add(layer.descriptor().digest())) {
          layers.add(ShipmentLayer.of(layer, context));
        }
      }
    }
    return layers;
  }

  /** Why nothing can come of it, where no target got so far. */
  ModelcarException firstFailure() {
    return targets.stream()
        .flatMap(target -> target.failure().stream())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a layer was neither moved nor missed"));
  }

  ShipmentReport report(Digest image, List<ShipmentLayer> layers, long began) {
    return new ShipmentReport(
        image,
        layers.stream().map(ShipmentLayer::outcome).toList(),
        targets.stream().map(ShipmentTarget::outcome).toList(),
        Duration.ofNanos(System.nanoTime() - began));
  }
}
