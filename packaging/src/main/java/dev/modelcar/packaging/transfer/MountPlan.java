package dev.modelcar.packaging.transfer;

import dev.modelcar.oci.ImageReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a blob gets to the targets that lack it: of those in one registry one is sent the bytes, and
 * the others mount the blob from there. Two tags of one repository share its blobs, as do those of
 * one layout or archive, which have one writer; other repositories are given them by a
 * cross-repository mount.
 *
 * @param uploads the targets that are sent the bytes
 * @param mounts the others, each with the one that it takes the blob from
 */
public record MountPlan(List<ShipmentTarget> uploads, Map<ShipmentTarget, ShipmentTarget> mounts) {

  /**
   * Divides the targets that lack a blob.
   *
   * @param lacking these targets
   * @param having others, which have it
   */
  static MountPlan of(List<ShipmentTarget> lacking, List<ShipmentTarget> having) {
    List<ShipmentTarget> sources = new ArrayList<>(having);
    List<ShipmentTarget> uploads = new ArrayList<>();
    Map<ShipmentTarget, ShipmentTarget> mounts = new LinkedHashMap<>();
    for (ShipmentTarget target : lacking) {
      // In its own repository it finds the blob without asking for a mount, which may be refused.
      Optional<ShipmentTarget> source =
          sources.stream()
              .filter(target::mayTakeFrom)
              .min(Comparator.comparing(other -> !areInOneRepository(target, other)));
      if (source.isPresent()) {
        mounts.put(target, source.get());
      } else {
        uploads.add(target);
      }
      sources.add(target);
    }
    return new MountPlan(uploads, mounts);
  }

  /** The targets that mount, in an order in which none mounts from one that has to mount first. */
  List<List<ShipmentTarget>> waves() {
    return Stream.of(false, true)
        .map(fromMount ->
            mounts.entrySet().stream()
                .filter(e -> mounts.containsKey(e.getValue()) == fromMount)
                .map(Map.Entry::getKey)
                .toList())
        .toList();
  }

  /** Whether no target lacks the blob. */
  boolean isEmpty() {
    return uploads.isEmpty() && mounts.isEmpty();
  }

  static boolean areInOneRegistry(ShipmentTarget one, ShipmentTarget other) {
    return one.reference() instanceof ImageReference.Registry a
        && other.reference() instanceof ImageReference.Registry b
        && a.host().equals(b.host())
        && a.plainHttp() == b.plainHttp();
  }

  /** Whether two targets are tags of one repository, or of one layout or archive. */
  @SuppressWarnings("ReferenceEquality") // of a writer: what equals it may be another one
  public static boolean areInOneRepository(ShipmentTarget one, ShipmentTarget other) {
    return one.writer() == other.writer()
        || (areInOneRegistry(one, other)
            && one.reference() instanceof ImageReference.Registry a
            && other.reference() instanceof ImageReference.Registry b
            && a.repository().equals(b.repository()));
  }
}
