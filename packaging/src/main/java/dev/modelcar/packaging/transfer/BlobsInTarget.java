package dev.modelcar.packaging.transfer;

import dev.modelcar.packaging.layers.Blob;
import java.util.List;

/** What one target has of a delivery before anything moves. */
public final class BlobsInTarget {
  private final ShipmentTarget target;
  private final List<BlobDelivery> blobs;

  BlobsInTarget(ShipmentTarget target, List<BlobDelivery> blobs) {
    this.target = target;
    this.blobs = blobs;
  }

  public ShipmentTarget target() {
    return target;
  }

  /** What would have to be moved there. */
  public List<Blob> lacking() {
    return blobs.stream().filter(blob -> blob.isLackedBy(target)).map(BlobDelivery::blob).toList();
  }
}
