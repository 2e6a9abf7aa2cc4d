package dev.modelcar.packaging;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.RawManifest;
import java.util.List;
import java.util.Optional;

/**
 * One worker's share of a shipment: its layers go to the targets, and a part manifest is left there
 * that says so.
 */
final class PartShipment {
  private final Digest plan;
  private final Part part;
  private final ShipmentSetup setup;
  private final LayerMover mover;
  private final Receipts receipts;
  private final List<ShipmentLayer> layers;
  private final long began = System.nanoTime();

  PartShipment(LayerPlan plan, Digest planId, Part part, ShipmentSetup setup) {
    this.plan = planId;
    this.part = part;
    this.setup = setup;
    this.mover = new LayerMover(setup.targets(), setup.listener(), setup.parallel());
    this.receipts = new Receipts(Optional.of(planId), part, setup.targets());
    ShipmentLayer.Context context = setup.context(mover, receipts);
    this.layers =
        part.layersOf(plan).stream().map(layer -> ShipmentLayer.of(layer, context)).toList();
    mover.over(layers);
  }

  ShipmentReport run() {
    try {
      Reuse reuse = new Reuse(setup.memory(), setup.targets(), Optional.of(plan), List.of(part));
      layers.forEach(layer -> layer.lookUp(reuse));
      mover.lookAndMount();
      mover.move();
      PartManifest receipt =
          new PartManifest(
              plan,
              part,
              true,
              layers.stream()
                  .map(layer -> layer.known().orElseThrow(setup::firstFailure))
                  .toList());
      BlobContent config = receipt.config();
      RawManifest manifest = receipt.manifest(config);
      mover.publishAs(receipt.tag(), new LayerMover.Image(List.of(config), List.of(), manifest));
      return setup.report(manifest.digest(), layers, began);
    } catch (ModelcarException e) {
      receipts.writeRest();
      throw e;
    } finally {
      setup.targets().forEach(target -> target.writer().close());
    }
  }
}
