package dev.modelcar.packaging;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.Attachment;
import dev.modelcar.oci.image.BlobSizes;
import dev.modelcar.oci.image.CheckedContent;
import dev.modelcar.oci.image.ImageTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Copies an image as it is, byte for byte, so that its digest stays: blob by blob, streaming, from
 * one read to several places. Indexes are copied with all that they name, and, if asked, what is
 * attached to the image (signatures, SBOMs). What a place has is left there; within one registry
 * blobs are mounted. Foreign layers that the source does not hold stay where their addresses lead.
 */
public final class ImageCopier {
  private final ImageReader from;
  private final List<ShipmentTarget> targets;
  private final Memory memory;
  private final ShipmentListener listener;
  private final int parallel;
  private final boolean referrers;

  /**
   * @param referrers whether what is attached to the image is copied, too
   */
  public ImageCopier(
      ImageReader from,
      List<ShipmentTarget> targets,
      Memory memory,
      ShipmentListener listener,
      int parallel,
      boolean referrers) {
    this.from = from;
    this.targets = List.copyOf(targets);
    this.memory = memory;
    this.listener = listener;
    this.parallel = parallel;
    this.referrers = referrers;
  }

  /** Copies what a reference names. */
  public ShipmentReport copy(ImageReference reference) {
    long began = System.nanoTime();
    try {
      ImageTree image = ImageTree.read(from, ImageTree.find(from, reference));
      List<Attachment> attached = referrers ? Attachment.find(from, image) : List.of();
      LayerMover mover = new LayerMover(targets, listener, parallel);
      List<ShipmentLayer> blobs = blobs(image, attached, mover);
      mover.over(blobs);
      mover.lookAndMount();
      mover.move();
      List<RawManifest> manifests = new ArrayList<>(image.children());
      List<LayerMover.Tagged> tagged = new ArrayList<>();
      for (Attachment other : attached) {
        manifests.addAll(other.tree().children());
        other
            .tag()
            .ifPresentOrElse(
                tag -> tagged.add(new LayerMover.Tagged(tag, other.tree().top())),
                () -> manifests.add(other.tree().top()));
      }
      mover.publish(new LayerMover.Image(List.of(), manifests, tagged, image.top()));
      return new ShipmentReport(
          image.top().digest(),
          blobs.stream().map(ShipmentLayer::outcome).toList(),
          targets.stream().map(ShipmentTarget::outcome).toList(),
          Duration.ofNanos(System.nanoTime() - began));
    } finally {
      targets.forEach(target -> target.writer().close());
    }
  }

  private List<ShipmentLayer> blobs(ImageTree image, List<Attachment> attached, LayerMover mover) {
    ShipmentLayer.Context context =
        new ShipmentLayer.Context(
            targets,
            memory,
            listener,
            ShipmentSetup.window(parallel),
            mover::isOver,
            Receipts.none(),
            layer -> {});
    Optional<String> repository =
        from.place() instanceof ImageReference.Registry registry
            ? Optional.of(registry.name())
            : Optional.empty();
    boolean registries =
        targets.stream().allMatch(t -> t.reference() instanceof ImageReference.Registry);
    List<ImageTree> trees = new ArrayList<>(List.of(image));
    attached.forEach(other -> trees.add(other.tree()));
    Set<Digest> seen = new HashSet<>();
    List<ShipmentLayer> blobs = new ArrayList<>();
    for (ImageTree tree : trees) {
      for (Descriptor blob : tree.blobs()) {
        if (seen.add(blob.digest()) && !isLeft(blob)) {
          blobs.add(
              ShipmentLayer.of(
                  new Base.BaseLayer(blob, new CheckedContent(from, blob, registries), repository),
                  context));
        }
      }
    }
    return blobs;
  }

  /** A foreign layer is copied from where it is, and nobody misses it where it is not. */
  private boolean isLeft(Descriptor blob) {
    boolean left = BlobSizes.mayBeElsewhere(from, blob);
    if (left) {
      listener.on(
          new ShipmentEvent.LayerLeft(
              blob.digest().algorithm().id() + ":" + blob.digest().shortHex(), blob.size()));
    }
    return left;
  }
}
