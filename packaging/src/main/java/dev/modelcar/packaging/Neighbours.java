package dev.modelcar.packaging;

import dev.modelcar.oci.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Targets in one registry: one of them is sent the bytes of a layer, and the others take it from
 * there. Two tags of one repository share its blobs; other repositories are given them by a mount.
 *
 * @param senders those that are sent the bytes
 * @param takers the others, each with the one that it takes the layer from
 */
record Neighbours(List<ShipmentTarget> senders, Map<ShipmentTarget, ShipmentTarget> takers) {

  /**
   * Divides the targets that lack a layer.
   *
   * @param targets all that can still have it
   */
  static Neighbours among(List<ShipmentTarget> targets, Predicate<ShipmentTarget> lacking) {
    List<ShipmentTarget> sources = new ArrayList<>();
    targets.stream().filter(lacking.negate()).forEach(sources::add);
    List<ShipmentTarget> senders = new ArrayList<>();
    Map<ShipmentTarget, ShipmentTarget> takers = new LinkedHashMap<>();
    for (ShipmentTarget target : targets.stream().filter(lacking).toList()) {
      Optional<ShipmentTarget> source =
          sources.stream().filter(other -> target.mayTakeFrom(other)).findFirst();
      if (source.isPresent()) {
        takers.put(target, source.get());
      } else {
        senders.add(target);
        sources.add(target);
      }
    }
    return new Neighbours(senders, takers);
  }

  static boolean areInOneRegistry(ShipmentTarget one, ShipmentTarget other) {
    return one.reference() instanceof ImageReference.Registry a
        && other.reference() instanceof ImageReference.Registry b
        && a.host().equals(b.host())
        && a.plainHttp() == b.plainHttp();
  }

  static boolean areInOneRepository(ShipmentTarget one, ShipmentTarget other) {
    return areInOneRegistry(one, other)
        && one.reference() instanceof ImageReference.Registry a
        && other.reference() instanceof ImageReference.Registry b
        && a.repository().equals(b.repository());
  }
}
