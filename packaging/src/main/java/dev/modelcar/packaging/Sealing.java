package dev.modelcar.packaging;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.packaging.layers.Blob;
import dev.modelcar.packaging.layers.ModelLayer;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.reuse.PartManifest;
import dev.modelcar.packaging.reuse.Reuse;
import dev.modelcar.packaging.transfer.BlobsInTarget;
import dev.modelcar.packaging.transfer.MountPlan;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.packaging.transfer.Targets;
import dev.modelcar.packaging.weights.PackagingError;
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
  private final Shipment shipment;
  private final Targets targets;
  private final Digest plan;
  private final int count;

  /**
   * @param shipment of all layers of the plan, which were recalled
   * @param count of the parts
   */
  Sealing(Shipment shipment, Targets targets, Digest plan, int count) {
    this.shipment = shipment;
    this.targets = targets;
    this.plan = plan;
    this.count = count;
  }

  ShipmentReport run() {
    Map<ShipmentTarget, List<RawManifest>> parts = new ConcurrentHashMap<>();
    targets.each(target -> parts.put(target, isSealed(target) ? List.of() : parts(target)));
    ShipmentReport report = shipment.seal(Sealing::refuseMissing);
    parts.forEach(this::cleanUp);
    return report;
  }

  /** Whether a target has the image already, so that the parts may be gone. */
  private boolean isSealed(ShipmentTarget target) {
    Optional<String> tag = target.reference().tag();
    return shipment.isRecalled()
        && tag.isPresent()
        && reader(target)
            .manifest(tag.get())
            .map(there -> there.digest().equals(shipment.image().top().digest()))
            .orElse(false);
  }

  /** The part manifests of all workers. */
  private List<RawManifest> parts(ShipmentTarget target) {
    ImageReader reader = reader(target);
    List<RawManifest> found = new ArrayList<>();
    List<String> wanting = new ArrayList<>();
    for (Part part : Part.all(count)) {
      Optional<RawManifest> raw = reader.manifest(PartManifest.tag(plan, part));
      Optional<PartManifest> manifest = raw.flatMap(PartManifest::read);
      if (manifest.isEmpty()) {
        wanting.add(part + " is missing");
      } else if (!manifest.get().plan().equals(plan) || !manifest.get().part().equals(part)) {
        wanting.add(part + " belongs to another plan");
      } else if (!manifest.get().complete()) {
        wanting.add(part + " is not complete");
      } else {
        found.add(raw.get());
      }
    }
    if (!wanting.isEmpty()) {
      throw new ModelcarException(
          PackagingError.PARTS_MISSING,
          "%s cannot be sealed: part %s%s"
              .formatted(target.name(), String.join(", part ", wanting), others(reader)));
    }
    return found;
  }

  /** Parts of other plans, which tell a person what went wrong. */
  private String others(ImageReader reader) {
    String ours = PartManifest.tagPrefix(plan);
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
  private static void refuseMissing(BlobsInTarget there) {
    for (Blob blob : there.lacking()) {
      if (blob instanceof ModelLayer) {
        throw new ModelcarException(
            PackagingError.PARTS_MISSING,
            "%s cannot be sealed: the layer of %s is missing"
                .formatted(there.target().name(), blob.name()));
      }
    }
  }

  private static ImageReader reader(ShipmentTarget target) {
    return target
        .reader()
        .orElseThrow(() ->
            new ModelcarException(
                CoreError.USAGE_INVALID,
                target.name() + " is not a registry; only registries can hold parts"));
  }

  private void cleanUp(ShipmentTarget target, List<RawManifest> parts) {
    boolean needed =
        targets.all().stream()
            .anyMatch(other ->
                other.hasFailed()
                    && (other == target || MountPlan.areInOneRepository(other, target)));
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
