package dev.modelcar.packaging;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One run of a {@link Shipper}. */
final class Shipment {
  private final LayerPlan plan;
  private final List<ShipmentTarget> targets;
  private final Memory memory;
  private final LayerMover mover;
  private final long began = System.nanoTime();
  private final List<ShipmentLayer> layers = new ArrayList<>();

  Shipment(
      LayerPlan plan,
      List<ShipmentTarget> targets,
      Memory memory,
      ShipmentListener listener,
      int parallel,
      long window) {
    this.plan = plan;
    this.targets = targets;
    this.memory = memory;
    this.mover = new LayerMover(targets, listener, parallel);
    ShipmentLayer.Context context =
        new ShipmentLayer.Context(memory, listener, window, mover::isOver);
    Set<Digest> seen = new HashSet<>();
    for (Base.BaseImage image : plan.base().images()) {
      for (Base.BaseLayer layer : image.layers()) {
        if (seen.add(layer.descriptor().digest())) {
          layers.add(ShipmentLayer.of(layer, context));
        }
      }
    }
    plan.layers().forEach(layer -> layers.add(ShipmentLayer.of(layer, context)));
    mover.over(layers);
  }

  ShipmentReport run() {
    try {
      lookUp();
      mover.lookAndMount();
      mover.move();
      ImageAssembly.Image image = ImageAssembly.assemble(plan, modelLayers());
      mover.publish(new LayerMover.Image(image.configs(), image.children(), image.top()));
      return report(image.top().digest());
    } finally {
      targets.forEach(target -> target.writer().close());
    }
  }

  ShipmentPreview preview() {
    try {
      lookUp();
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

  private void lookUp() {
    Reuse reuse = new Reuse(memory, targets);
    layers.forEach(layer -> layer.lookUp(reuse));
  }

  /** What is known of the model's layers; without it there is no image, and a target says why. */
  private List<KnownLayer> modelLayers() {
    List<KnownLayer> known = new ArrayList<>();
    for (ShipmentLayer layer : layers) {
      if (layer.isOfModel()) {
        known.add(layer.known().orElseThrow(this::firstFailure));
      }
    }
    return known;
  }

  private ModelcarException firstFailure() {
    return targets.stream()
        .flatMap(target -> target.failure().stream())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a layer was neither moved nor missed"));
  }

  private ShipmentReport report(Digest image) {
    return new ShipmentReport(
        image,
        layers.stream().map(ShipmentLayer::outcome).toList(),
        targets.stream().map(ShipmentTarget::outcome).toList(),
        Duration.ofNanos(System.nanoTime() - began));
  }
}
