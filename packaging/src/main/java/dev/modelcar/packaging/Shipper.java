package dev.modelcar.packaging;

import dev.modelcar.core.ModelcarException;
import java.util.List;

/**
 * Ships plans to targets: what a target has is left there, what it lacks is read once for all
 * targets, several layers at a time, and then the image is put together, checked and published.
 *
 * <p>Targets fail by themselves: the others go on, and the report says which have the image. A
 * source that fails ends the shipment. Nothing is published before every blob was seen in the
 * target.
 */
public final class Shipper {
  private static final int STANDARD_PARALLEL = 4;

  /** How far the fastest target may be ahead of the slowest in one layer, in bytes. */
  private static final long WINDOW = 16L << 20;

  private final List<ShipmentTarget> targets;
  private final Memory memory;
  private final ShipmentListener listener;
  private final int parallel;

  private Shipper(
      List<ShipmentTarget> targets, Memory memory, ShipmentListener listener, int parallel) {
    this.targets = List.copyOf(targets);
    this.memory = memory;
    this.listener = listener;
    this.parallel = parallel;
  }

  public static Shipper to(List<ShipmentTarget> targets) {
    return new Shipper(targets, Memory.none(), ShipmentListener.none(), STANDARD_PARALLEL);
  }

  /** Uses what earlier runs left, and leaves what later ones can use. */
  public Shipper resuming(Memory newMemory) {
    return new Shipper(targets, newMemory, listener, parallel);
  }

  public Shipper observedBy(ShipmentListener newListener) {
    return new Shipper(targets, memory, newListener, parallel);
  }

  /** How many layers move at a time. */
  public Shipper parallel(int layers) {
    return new Shipper(targets, memory, listener, layers);
  }

  /**
   * Ships a plan.
   *
   * @return what became of each target
   * @throws ModelcarException if the source fails, or all targets do in the same way
   */
  public ShipmentReport ship(LayerPlan plan) {
    return new Shipment(plan, targets, memory, listener, parallel, WINDOW).run();
  }

  /** Finds out what {@link #ship} would move; nothing is moved, and no weight is read. */
  public ShipmentPreview preview(LayerPlan plan) {
    return new Shipment(plan, targets, memory, listener, parallel, WINDOW).preview();
  }
}
