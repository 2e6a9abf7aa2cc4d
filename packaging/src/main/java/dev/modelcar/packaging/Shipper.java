package dev.modelcar.packaging;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.layers.PlannedLayer;
import java.util.List;
import java.util.function.Consumer;

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

  private final ShipmentSetup setup;
  private final boolean receipts;

  private Shipper(ShipmentSetup setup, boolean receipts) {
    this.setup = setup;
    this.receipts = receipts;
  }

  public static Shipper to(List<ShipmentTarget> targets) {
    return new Shipper(
        new ShipmentSetup(
            targets, Memory.none(), ShipmentListener.none(), STANDARD_PARALLEL, false),
        false);
  }

  /** Uses what earlier runs left, and leaves what later ones can use. */
  public Shipper resuming(Memory memory) {
    return new Shipper(
        new ShipmentSetup(
            setup.targets(), memory, setup.listener(), setup.parallel(), setup.verifyReuse()),
        receipts);
  }

  public Shipper observedBy(ShipmentListener listener) {
    return new Shipper(
        new ShipmentSetup(
            setup.targets(), setup.memory(), listener, setup.parallel(), setup.verifyReuse()),
        receipts);
  }

  /** How many layers move at a time. */
  public Shipper parallel(int layers) {
    return new Shipper(
        new ShipmentSetup(
            setup.targets(), setup.memory(), setup.listener(), layers, setup.verifyReuse()),
        receipts);
  }

  /** Reads what is known already, and believes it only if the bytes say the same. */
  public Shipper verifyingReuse() {
    return new Shipper(
        new ShipmentSetup(
            setup.targets(), setup.memory(), setup.listener(), setup.parallel(), true),
        receipts);
  }

  /**
   * Leaves receipts in the registries while the shipment is under way, so that a run on another
   * machine finds what has arrived.
   */
  public Shipper leavingReceipts() {
    return new Shipper(setup, true);
  }

  /**
   * Ships a plan.
   *
   * @return what became of each target
   * @throws ModelcarException if the source fails, or all targets do in the same way
   */
  public ShipmentReport ship(LayerPlan plan) {
    return new Shipment(plan, setup, receipts, layer -> {}).run();
  }

  /**
   * Ships a plan and says of each layer when all targets have it, so that its files may go.
   *
   * @param arrived is called by the thread that moved the layer; what it throws ends the shipment
   */
  public ShipmentReport shipAndFree(LayerPlan plan, Consumer<PlannedLayer> arrived) {
    return new Shipment(plan, setup, receipts, arrived).run();
  }

  /**
   * Ships one part of a plan; {@link #seal} makes the image once all parts are there.
   *
   * @return what became of each target; the image is the part manifest
   * @throws ModelcarException if the source does not know the digests of its files, so that workers
   *     cannot agree on a plan
   */
  public ShipmentReport shipPart(LayerPlan plan, Part part) {
    return new PartShipment(plan, idOf(plan), part, setup).run();
  }

  /**
   * Makes the image of a plan whose parts were shipped.
   *
   * @param parts how many there are
   * @throws ModelcarException if a part is missing, not complete, or of another plan
   */
  public ShipmentReport seal(LayerPlan plan, int parts) {
    return new Sealing(plan, idOf(plan), parts, setup).run();
  }

  private Digest idOf(LayerPlan plan) {
    for (ShipmentTarget target : setup.targets()) {
      if (target.reader().isEmpty()) {
        throw new ModelcarException(
            ErrorCode.USAGE_INVALID,
            target.name() + " is no registry: parts meet in registries alone");
      }
    }
    return plan.id()
        .orElseThrow(() ->
            new ModelcarException(
                ErrorCode.USAGE_INVALID,
                "parts need a source that knows the digests of its files, as the Hub does"));
  }

  /**
   * Finds out what {@link #ship} would move; nothing is moved, and no weight is read.
   *
   * @throws ModelcarException if a target takes no image, as far as that shows without a trace
   */
  public ShipmentPreview preview(LayerPlan plan) {
    return new Shipment(plan, setup, false, layer -> {}).preview();
  }
}
