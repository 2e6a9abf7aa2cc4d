package dev.modelcar.packaging.transfer;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.Descriptor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a shipment did.
 *
 * @param image the digest that every target has, or was to have
 * @param layers of the image, the base included
 * @param targets in the order in which they were named
 * @param duration of the whole
 */
public record ShipmentReport(
    Digest image, List<LayerOutcome> layers, List<TargetOutcome> targets, Duration duration) {

  /**
   * A layer of the image.
   *
   * @param name for people
   * @param descriptor as it stands in the manifest
   * @param read whether its files were read in this shipment
   */
  public record LayerOutcome(String name, Descriptor descriptor, boolean read) {}

  /**
   * What became of a target.
   *
   * @param reference where the image is, with its tag
   * @param failure why it is not there, if it is not
   * @param bytesMoved that were sent to it, repetitions included
   * @param bytesReused that it had already
   */
  public record TargetOutcome(
      String reference, Optional<ModelcarException> failure, long bytesMoved, long bytesReused) {}

  public ShipmentReport {
    layers = List.copyOf(layers);
    targets = List.copyOf(targets);
  }

  /** Whether every target has the image. */
  public boolean isComplete() {
    return targets.stream().allMatch(target -> target.failure().isEmpty());
  }

  public long bytesMoved() {
    return targets.stream().mapToLong(TargetOutcome::bytesMoved).sum();
  }

  public long bytesReused() {
    return targets.stream().mapToLong(TargetOutcome::bytesReused).sum();
  }
}
