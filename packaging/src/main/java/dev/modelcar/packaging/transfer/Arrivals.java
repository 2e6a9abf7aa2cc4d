package dev.modelcar.packaging.transfer;

import dev.modelcar.packaging.layers.Blob;

/**
 * Hears what has arrived where while a delivery is under way. Calls come from several threads; what
 * they throw ends the delivery.
 */
public interface Arrivals {

  /** A target was sent a blob, or has mounted it. */
  default void arrived(ShipmentTarget target, Blob blob) {}

  /** Every target that has not failed has the blob. */
  default void arrivedEverywhere(Blob blob) {}

  /** The delivery ends before its time; the targets can still be written to. */
  default void endedEarly() {}

  /** Nobody listens. */
  static Arrivals none() {
    return new Arrivals() {};
  }
}
