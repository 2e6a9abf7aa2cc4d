package dev.modelcar.packaging.transfer;

import dev.modelcar.oci.Descriptor;
import java.util.List;
import java.util.Optional;

/**
 * What a shipment would move, found out without moving or changing anything.
 *
 * @param layers of the image, the base included
 */
public record ShipmentPreview(List<Layer> layers) {

  /**
   * A layer.
   *
   * @param name for people
   * @param size in bytes, before compression
   * @param ofModel false for layers of the base
   * @param known as it would stand in the manifest, where its digest is known without a read
   * @param present for each target in turn, whether it has the layer
   */
  public record Layer(
      String name, long size, boolean ofModel, Optional<Descriptor> known, List<Boolean> present) {
    public Layer {
      present = List.copyOf(present);
    }
  }

  public ShipmentPreview {
    layers = List.copyOf(layers);
  }

  /** The bytes that one target lacks. */
  public long lackedBy(int target) {
    return layers.stream()
        .filter(layer -> !layer.present().get(target))
        .mapToLong(Layer::size)
        .sum();
  }
}
