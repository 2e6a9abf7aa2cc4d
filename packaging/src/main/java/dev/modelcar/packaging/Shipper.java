package dev.modelcar.packaging;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.layers.Memory;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.reuse.Receipts;
import dev.modelcar.packaging.reuse.Reuse;
import dev.modelcar.packaging.reuse.RunDocuments;
import dev.modelcar.packaging.transfer.ShipmentListener;
import dev.modelcar.packaging.transfer.ShipmentPreview;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.packaging.transfer.Targets;
import dev.modelcar.packaging.transfer.TransferSettings;
import java.util.List;
import java.util.Optional;
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
  private final Targets targets;
  private final TransferSettings settings;
  private final boolean verifyReuse;
  private final boolean receipts;
  private final RunDocuments.Author author;

  private Shipper(
      Targets targets,
      TransferSettings settings,
      boolean verifyReuse,
      boolean receipts,
      RunDocuments.Author author) {
    this.targets = targets;
    this.settings = settings;
    this.verifyReuse = verifyReuse;
    this.receipts = receipts;
    this.author = author;
  }

  /** Ships to these targets; they are good for one shipment. */
  public static Shipper to(List<ShipmentTarget> targets) {
    TransferSettings settings = TransferSettings.standard();
    return new Shipper(
        new Targets(targets, settings.listener()),
        settings,
        false,
        false,
        complete -> Optional.empty());
  }

  private Shipper with(TransferSettings newSettings) {
    return new Shipper(
        new Targets(targets.all(), newSettings.listener()),
        newSettings,
        verifyReuse,
        receipts,
        author);
  }

  /** Uses what earlier runs left, and leaves what later ones can use. */
  public Shipper resuming(Memory memory) {
    return with(settings.with(memory));
  }

  public Shipper observedBy(ShipmentListener listener) {
    return with(settings.with(listener));
  }

  /** How many layers move at a time. */
  public Shipper parallel(int layers) {
    return with(settings.with(layers));
  }

  /** Reads what is known already, and believes it only if the bytes say the same. */
  public Shipper verifyingReuse() {
    return new Shipper(targets, settings, true, receipts, author);
  }

  /**
   * Leaves receipts in the registries while the shipment is under way, so that a run on another
   * machine finds what has arrived.
   */
  public Shipper leavingReceipts() {
    return new Shipper(targets, settings, verifyReuse, true, author);
  }

  /** Leaves a document of the run in the manifest of a part, for whoever seals the image. */
  public Shipper describedBy(RunDocuments.Author newAuthor) {
    return new Shipper(targets, settings, verifyReuse, receipts, newAuthor);
  }

  /**
   * Ships a plan.
   *
   * @return what became of each target
   * @throws ModelcarException if the source fails, or all targets do in the same way
   */
  public ShipmentReport ship(LayerPlan plan) {
    return shipAndFree(plan, layer -> {});
  }

  /**
   * Ships a plan and says of each layer when all targets have it, so that its files may go.
   *
   * @param arrived is called by the thread that moved the layer; what it throws ends the shipment
   */
  public ShipmentReport shipAndFree(LayerPlan plan, Consumer<PlannedLayer> arrived) {
    try (targets) {
      Shipment shipment = new Shipment(plan, plan.layers(), targets, settings);
      Reuse reuse = shipment.recall(Part.all(1));
      if (verifyReuse) {
        shipment.verifyRecalled();
      }
      shipment.compare(reuse);
      return shipment.ship(
          new Receipts(
              plan.id().filter(id -> receipts),
              new Part(1, 1),
              targets.all(),
              layer -> {
                // A target that has failed lacks the layer too, though nobody moves it there.
                if (targets.all().stream().noneMatch(ShipmentTarget::hasFailed)) {
                  arrived.accept(layer);
                }
              },
              complete -> Optional.empty()));
    }
  }

  /**
   * Ships one part of a plan; {@link #seal} makes the image once all parts are there.
   *
   * @return what became of each target; the image is the part manifest
   * @throws ModelcarException if the source does not know the digests of its files, so that workers
   *     cannot agree on a plan
   */
  public ShipmentReport shipPart(LayerPlan plan, Part part) {
    try (targets) {
      Digest id = idOf(plan);
      Shipment shipment = new Shipment(plan, part.layersOf(plan), targets, settings);
      var _ = shipment.recall(List.of(part));
      return shipment.shipPart(
          new Receipts(Optional.of(id), part, targets.all(), layer -> {}, author));
    }
  }

  /**
   * Makes the image of a plan whose parts were shipped.
   *
   * @param parts how many there are
   * @throws ModelcarException if a part is missing, not complete, or of another plan
   */
  public ShipmentReport seal(LayerPlan plan, int parts) {
    try (targets) {
      Digest id = idOf(plan);
      Shipment shipment = new Shipment(plan, plan.layers(), targets, settings);
      var _ = shipment.recall(Part.all(parts));
      return new Sealing(shipment, targets, id, parts).run();
    }
  }

  private Digest idOf(LayerPlan plan) {
    for (ShipmentTarget target : targets.all()) {
      if (target.reader().isEmpty()) {
        throw new ModelcarException(
            CoreError.USAGE_INVALID,
            target.name() + " is not a registry; only registries can hold parts");
      }
    }
    return plan.id()
        .orElseThrow(() ->
            new ModelcarException(
                CoreError.USAGE_INVALID,
                "parts require a source that declares the digests of its files, such as the Hub"));
  }

  /**
   * Finds out what {@link #ship} would move; nothing is moved, and no weight is read.
   *
   * @throws ModelcarException if no target takes an image, as far as that shows without a trace
   */
  public ShipmentPreview preview(LayerPlan plan) {
    try (targets) {
      Shipment shipment = new Shipment(plan, plan.layers(), targets, settings);
      var _ = shipment.recall(Part.all(1));
      if (verifyReuse) {
        shipment.verifyRecalled();
      }
      return shipment.preview();
    }
  }
}
