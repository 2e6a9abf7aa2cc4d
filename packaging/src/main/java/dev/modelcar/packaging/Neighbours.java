package dev.modelcar.packaging;

import dev.modelcar.oci.ImageReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Targets in one registry: one of them is sent the bytes of a layer, and the others take it from
 * there. Two tags of one repository share its blobs, as do those of one layout or archive, which
 * have one writer; other repositories are given them by a mount.
 *
 * @param senders those that are sent the bytes
 * @param takers the others, each with the one that it takes the layer from
 */
record Neighbours(List<ShipmentTarget> senders, Map<ShipmentTarget, ShipmentTarget> takers) {

  /**
   * Divides the targets that lack a layer.
   *
   * @param lacking these targets
   * @param having others, which have it
   */
  static Neighbours among(List<ShipmentTarget> lacking, List<ShipmentTarget> having) {
    List<ShipmentTarget> sources = new ArrayList<>(having);
    List<ShipmentTarget> senders = new ArrayList<>();
    Map<ShipmentTarget, ShipmentTarget> takers = new LinkedHashMap<>();
    for (ShipmentTarget target : lacking) {
      // In its own repository it finds the layer without asking for a mount, which may be refused.
      Optional<ShipmentTarget> source =
          sources.stream()
              .filter(target::mayTakeFrom)
              .min(Comparator.comparing(other -> !areInOneRepository(target, other)));
      if (source.isPresent()) {
        takers.put(target, source.get());
      } else {
        senders.add(target);
      }
      sources.add(target);
    }
    return new Neighbours(senders, takers);
  }

  /** The takers in an order in which nobody takes from one that has not got it yet. */
  List<List<ShipmentTarget>> waves() {
    return Stream.of(false, true)
        .map(fromTaker ->
            takers.entrySet().stream()
                .filter(e -> takers.containsKey(e.getValue()) == fromTaker)
                .map(Map.Entry::getKey)
                .toList())
        .toList();
  }

  /** Whether no target lacks the layer. */
  boolean isNobody() {
    return senders.isEmpty() && takers.isEmpty();
  }

  static boolean areInOneRegistry(ShipmentTarget one, ShipmentTarget other) {
    return one.reference() instanceof ImageReference.Registry a
        && other.reference() instanceof ImageReference.Registry b
        && a.host().equals(b.host())
        && a.plainHttp() == b.plainHttp();
  }

  /** The writer is the place: what equals it may be another one. */
  @SuppressWarnings("ReferenceEquality")
  static boolean areInOneRepository(ShipmentTarget one, ShipmentTarget other) {
    return one.writer() == other.writer()
        || (areInOneRegistry(one, other)
            && one.reference() instanceof ImageReference.Registry a
            && other.reference() instanceof ImageReference.Registry b
            && a.repository().equals(b.repository()));
  }
}
