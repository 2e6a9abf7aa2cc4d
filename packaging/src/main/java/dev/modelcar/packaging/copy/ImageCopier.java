package dev.modelcar.packaging.copy;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.Attachment;
import dev.modelcar.oci.image.BlobSizes;
import dev.modelcar.oci.image.CheckedContent;
import dev.modelcar.oci.image.ImageDocuments;
import dev.modelcar.oci.image.ImageTree;
import dev.modelcar.packaging.layers.StoredBlob;
import dev.modelcar.packaging.transfer.Arrivals;
import dev.modelcar.packaging.transfer.Delivery;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.packaging.transfer.Targets;
import dev.modelcar.packaging.transfer.TransferSettings;
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
  private final Targets targets;
  private final TransferSettings settings;
  private final boolean referrers;

  /**
   * @param targets good for one copy
   * @param referrers whether what is attached to the image is copied, too
   */
  public ImageCopier(
      ImageReader from,
      List<ShipmentTarget> targets,
      TransferSettings settings,
      boolean referrers) {
    this.from = from;
    this.targets = new Targets(targets, settings.listener());
    this.settings = settings;
    this.referrers = referrers;
  }

  /** Copies what a reference names. */
  public ShipmentReport copy(ImageReference reference) {
    try (targets) {
      ImageTree image = ImageTree.read(from, ImageTree.find(from, reference));
      List<Attachment> attached = referrers ? Attachment.find(from, image) : List.of();
      return new Delivery(targets, blobs(image, attached), settings, Arrivals.none())
          .run(() -> documents(image, attached));
    }
  }

  private static ImageDocuments documents(ImageTree image, List<Attachment> attached) {
    List<RawManifest> manifests = new ArrayList<>(image.children());
    List<ImageDocuments.Tagged> tagged = new ArrayList<>();
    for (Attachment other : attached) {
      manifests.addAll(other.tree().children());
      other
          .tag()
          .ifPresentOrElse(
              tag -> tagged.add(new ImageDocuments.Tagged(tag, other.tree().top())),
              () -> manifests.add(other.tree().top()));
    }
    return new ImageDocuments(List.of(), manifests, tagged, image.top(), Optional.empty());
  }

  private List<StoredBlob> blobs(ImageTree image, List<Attachment> attached) {
    Optional<String> repository = StoredBlob.repositoryOf(from);
    boolean registries =
        targets.all().stream().allMatch(t -> t.reference() instanceof ImageReference.Registry);
    List<ImageTree> trees = new ArrayList<>(List.of(image));
    attached.forEach(other -> trees.add(other.tree()));
    Set<Digest> seen = new HashSet<>();
    List<StoredBlob> blobs = new ArrayList<>();
    for (ImageTree tree : trees) {
      for (Descriptor blob : tree.blobs()) {
        if (seen.add(blob.digest()) && !isLeft(blob)) {
          CheckedContent content = new CheckedContent(from, blob, registries);
          blobs.add(new StoredBlob(blob, content, repository));
        }
      }
    }
    return blobs;
  }

  /** A foreign layer is copied from where it is, and nobody misses it where it is not. */
  private boolean isLeft(Descriptor blob) {
    boolean left = BlobSizes.mayBeElsewhere(from, blob);
    if (left) {
      settings
          .listener()
          .on(
              new ShipmentEvent.LayerLeft(
                  blob.digest().algorithm().id() + ":" + blob.digest().shortHex(), blob.size()));
    }
    return left;
  }
}
