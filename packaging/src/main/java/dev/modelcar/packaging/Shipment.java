package dev.modelcar.packaging;

import dev.modelcar.core.Threads;
import dev.modelcar.oci.image.ImageDocuments;
import dev.modelcar.packaging.layers.Blob;
import dev.modelcar.packaging.layers.KnownLayer;
import dev.modelcar.packaging.layers.ModelLayer;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.packaging.plan.ImageAssembly;
import dev.modelcar.packaging.plan.LayerPlan;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.reuse.Receipts;
import dev.modelcar.packaging.reuse.Reuse;
import dev.modelcar.packaging.transfer.Arrivals;
import dev.modelcar.packaging.transfer.BlobsInTarget;
import dev.modelcar.packaging.transfer.Delivery;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import dev.modelcar.packaging.transfer.ShipmentPreview;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.transfer.Targets;
import dev.modelcar.packaging.transfer.TransferSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The layers of a plan on their way to targets, and what is known of them beforehand. */
final class Shipment {
  private final LayerPlan plan;
  private final Targets targets;
  private final TransferSettings settings;
  private final List<ModelLayer> layers;

  /**
   * @param layers of the plan that are shipped
   */
  Shipment(LayerPlan plan, List<PlannedLayer> layers, Targets targets, TransferSettings settings) {
    this.plan = plan;
    this.targets = targets;
    this.settings = settings;
    this.layers = layers.stream().map(layer -> new ModelLayer(layer, settings.memory())).toList();
  }

  /** Finds layers that need not be read, in memory and in what earlier images say. */
  Reuse recall(List<Part> parts) {
    Reuse reuse = new Reuse(settings.memory(), targets.all(), plan.id(), parts);
    layers.forEach(layer -> layer.recall(reuse::find));
    return reuse;
  }

  /** Reads what was recalled, and believes it only if the bytes say the same. */
  void verifyRecalled() {
    layers.stream().filter(l -> l.known().isPresent()).forEach(ModelLayer::read);
  }

  /** Local files without a journal: read once here, and once more where they must be sent. */
  void compare(Reuse reuse) {
    List<ModelLayer> likely =
        layers.stream().filter(l -> l.known().isEmpty() && reuse.hasLike(l)).toList();
    if (likely.isEmpty()) {
      return;
    }
    long bytes = likely.stream().mapToLong(ModelLayer::size).sum();
    settings.listener().on(new ShipmentEvent.Comparing(likely.size(), bytes));
    Threads.map(
        likely,
        settings.parallel(),
        "reading files for their digests",
        layer -> {
          layer.read();
          return layer;
        });
  }

  ShipmentPreview preview() {
    return delivery(Arrivals.none()).preview();
  }

  /** Ships the base and the layers, and publishes the image. */
  ShipmentReport ship(Receipts receipts) {
    ShipmentReport report = delivery(receipts).run(this::image);
    targets.all().stream().filter(target -> !target.hasFailed()).forEach(receipts::remove);
    return report;
  }

  /** Ships the layers without the base, and publishes a part manifest. */
  ShipmentReport shipPart(Receipts receipts) {
    return new Delivery(targets, layers, settings, receipts)
        .run(() -> receipts.whole(known()).documents());
  }

  /** Moves the base below layers that are there already, and publishes the image. */
  ShipmentReport seal(Consumer<BlobsInTarget> check) {
    return delivery(Arrivals.none()).run(check, this::image);
  }

  boolean isRecalled() {
    return layers.stream().allMatch(layer -> layer.known().isPresent());
  }

  ImageDocuments image() {
    return ImageAssembly.assemble(plan, known());
  }

  private Delivery delivery(Arrivals arrivals) {
    List<Blob> blobs = new ArrayList<>(plan.base().layers());
    blobs.addAll(layers);
    return new Delivery(targets, blobs, settings, arrivals);
  }

  /** What is known of the layers; without it there is no image, and a target says why. */
  private List<KnownLayer> known() {
    return layers.stream().map(layer -> layer.layer().orElseThrow(targets::firstFailure)).toList();
  }
}
