package dev.modelcar.packaging.transfer;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import java.time.Duration;

/**
 * What happens in a shipment. Events of one layer and target come in order; those of different ones
 * interleave, from several threads.
 */
public sealed interface ShipmentEvent {

  /**
   * Files are read for their digests alone, because a target may have their layers.
   *
   * @param layers that are like layers of earlier images
   * @param bytes of them
   */
  record Comparing(int layers, long bytes) implements ShipmentEvent {}

  /**
   * It is known what has to be moved.
   *
   * @param layers that some target lacks
   * @param bytes that all targets together lack, before compression
   * @param reusedBytes that they have already
   */
  record Begun(int layers, long bytes, long reusedBytes) implements ShipmentEvent {}

  /**
   * A target has a layer already.
   *
   * @param how in a word: {@code present} or {@code mounted}
   */
  record LayerReused(String layer, String target, long size, String how) implements ShipmentEvent {}

  /** A layer that registries need not have, and that the source has not, is not copied. */
  record LayerLeft(String layer, long size) implements ShipmentEvent {}

  /** A layer begins to move to a target; its size is 0 where it is not known. */
  record LayerBegun(String layer, String target, long size) implements ShipmentEvent {}

  /** Bytes of a layer were handed on. */
  record LayerMoved(String layer, String target, long bytes) implements ShipmentEvent {}

  /** A layer goes on at an offset, after a failure or where an earlier run got so far. */
  record LayerResumed(String layer, String target, long offset) implements ShipmentEvent {}

  /** A target has a layer. */
  record LayerDone(String layer, String target, Digest digest, long size)
      implements ShipmentEvent {}

  /** Something failed and is tried again after a wait. */
  record Waiting(String what, Duration duration) implements ShipmentEvent {}

  /** A target kept the others waiting and catches up by itself at the end. */
  record TargetDetached(String target) implements ShipmentEvent {}

  /** A target has the image. */
  record TargetDone(String target, Digest image) implements ShipmentEvent {}

  /** A target will not have the image. */
  record TargetFailed(String target, ModelcarException reason) implements ShipmentEvent {}
}
