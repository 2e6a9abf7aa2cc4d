package dev.modelcar.packaging;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.RawManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes the image of a plan whose layers were shipped in parts. Each target must have the part
 * manifests of all workers, of this very plan; then every blob is looked for, the base is moved,
 * the image is published, and the part manifests go.
 */
final class Sealing {
  private final LayerPlan plan;
  private final Digest planId;
  private final int count;
  private final ShipmentSetup setup;
  private final LayerMover mover;
  private final List<ShipmentLayer> layers = new ArrayList<>();
  private final long began = System.nanoTime();

  Sealing(LayerPlan plan, Digest planId, int count, ShipmentSetup setup) {
    this.plan = plan;
    this.planId = planId;
    this.count = count;
    this.setup = setup;
    this.mover = new LayerMover(setup.targets(), setup.listener(), setup.parallel());
    ShipmentLayer.Context context = setup.context(mover, Receipts.none());
    layers.addAll(setup.baseLayers(plan, context));
    plan.layers().forEach(layer -> layers.add(ShipmentLayer.of(layer, context)));
    mover.over(layers);
  }

  ShipmentReport run() {
    try {
      Reuse reuse =
          new Reuse(setup.memory(), setup.targets(), Optional.of(planId), Part.all(count));
      layers.forEach(layer -> layer.lookUp(reuse));
      Map<ShipmentTarget, List<RawManifest>> parts = new ConcurrentHashMap<>();
      Targets.each(
          setup.targets(),
          target -> parts.put(target, isSealed(target) ? List.of() : parts(target)),
          setup.listener());
      mover.lookAndMount();
      Targets.each(setup.targets(), this::refuseMissing, setup.listener());
      mover.move();
      ImageAssembly.Image image = assemble();
      mover.publish(new LayerMover.Image(image.configs(), image.children(), image.top()));
      parts.forEach(this::cleanUp);
      return setup.report(image.top().digest(), layers, began);
    } finally {
      setup.targets().forEach(target -> target.writer().close());
    }
  }

  private ImageAssembly.Image assemble() {
    return ImageAssembly.assemble(
        plan,
        layers.stream()
            .filter(ShipmentLayer::isOfModel)
            .map(layer -> layer.known().orElseThrow(setup::firstFailure))
            .toList());
  }

  /** Whether a target has the image already, so that the parts may be gone. */
  private boolean isSealed(ShipmentTarget target) {
    boolean known = layers.stream().allMatch(layer -> layer.known().isPresent());
    Optional<String> tag = target.reference().tag();
    return known
        && tag.isPresent()
        && reader(target)
            .manifest(tag.get())
            .map(there -> there.digest().equals(assemble().top().digest()))
            .orElse(false);
  }

  /** The part manifests of all workers. */
  private List<RawManifest> parts(ShipmentTarget target) {
    ImageReader reader = reader(target);
    List<RawManifest> found = new ArrayList<>();
    List<String> wanting = new ArrayList<>();
    for (Part part : Part.all(count)) {
      Optional<RawManifest> raw = reader.manifest(PartManifest.tag(planId, part));
      Optional<PartManifest> manifest = raw.flatMap(PartManifest::read);
      if (manifest.isEmpty()) {
        wanting.add(part + " is missing");
      } else if (!manifest.get().plan().equals(planId) || !manifest.get().part().equals(part)) {
        wanting.add(part + " is of another plan");
      } else if (!manifest.get().complete()) {
        wanting.add(part + " is not complete");
      } else {
        found.add(raw.get());
      }
    }
    if (!wanting.isEmpty()) {
      throw new ModelcarException(
          ErrorCode.PARTS_MISSING,
          "%s cannot be sealed: part %s%s"
              .formatted(target.name(), String.join(", part ", wanting), others(reader)));
    }
    return found;
  }

  /** Parts of other plans, which tell a person what went wrong. */
  private String others(ImageReader reader) {
    String ours = PartManifest.tagPrefix(planId);
    List<String> foreign =
        Reuse.unlessBroken(reader::tags).stream()
            .filter(tag -> tag.startsWith(PartManifest.TAG_PREFIX) && !tag.startsWith(ours))
            .limit(3)
            .toList();
    return foreign.isEmpty()
        ? ""
        : "; the repository has parts of another plan or revision (%s)"
            .formatted(String.join(", ", foreign));
  }

  /** The model's layers come from the parts alone. */
  private void refuseMissing(ShipmentTarget target) {
    for (ShipmentLayer layer : layers) {
      if (layer.isOfModel() && layer.isLackedBy(target)) {
        throw new ModelcarException(
            ErrorCode.PARTS_MISSING,
            "%s cannot be sealed: it has not got the layer of %s"
                .formatted(target.name(), layer.content().name()));
      }
    }
  }

  private static ImageReader reader(ShipmentTarget target) {
    return target
        .reader()
        .orElseThrow(() ->
            new ModelcarException(
                ErrorCode.USAGE_INVALID, target.name() + " is no registry: parts need one"));
  }

  private void cleanUp(ShipmentTarget target, List<RawManifest> parts) {
    boolean needed =
        setup.targets().stream()
            .anyMatch(other ->
                other.hasFailed()
                    && (other == target || Neighbours.areInOneRepository(other, target)));
    if (needed) {
      return;
    }
    try {
      parts.forEach(part -> target.writer().delete(part.digest()));
    } catch (ModelcarException e) {
      // Then they stay: tags that do no harm.
    }
  }
}
