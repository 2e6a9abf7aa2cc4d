package dev.modelcar.packaging.reuse;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.ImageTree;
import dev.modelcar.packaging.plan.Part;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The receipts and part manifests in a repository: what shipments that did not end have left there,
 * and the next one goes on with.
 */
public final class PartInventory {
  private final ShipmentTarget target;

  /**
   * A part that is in the repository.
   *
   * @param part of the plan
   * @param complete whether all its layers are there
   * @param layers how many are
   * @param bytes of these layers
   */
  public record Found(
      String tag, Digest plan, Part part, boolean complete, int layers, long bytes) {}

  private record Entry(Found found, RawManifest manifest, Set<Digest> layers) {}

  /**
   * @param target a repository, with the tag of the image
   */
  public PartInventory(ShipmentTarget target) {
    this.target = target;
  }

  /** The digest under the image's tag. */
  public Optional<Digest> image() {
    return target
        .reader()
        .flatMap(reader -> target.reference().tag().flatMap(reader::manifest))
        .map(RawManifest::digest);
  }

  /** What is there. */
  public List<Found> parts() {
    return entries().stream().map(Entry::found).toList();
  }

  /**
   * Removes the receipts of shipments that did not end and whose layers are all in the image, so
   * that nobody needs them any more. Complete parts are for who seals their image, be it this one
   * or another.
   *
   * @return how many were removed
   */
  public int clean() {
    Optional<ImageReader> reader = target.reader();
    Optional<RawManifest> image =
        reader.flatMap(from -> target.reference().tag().flatMap(from::manifest));
    if (image.isEmpty()) {
      return 0;
    }
    Set<Digest> inImage = new HashSet<>();
    ImageTree.read(reader.get(), image.get()).blobs().stream()
        .map(Descriptor::digest)
        .forEach(inImage::add);
    int removed = 0;
    for (Entry entry : entries()) {
      if (!entry.found().complete()
          && inImage.containsAll(entry.layers())
          && target.writer().delete(entry.manifest().digest())) {
        removed++;
      }
    }
    return removed;
  }

  private List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    Optional<ImageReader> reader = target.reader();
    if (reader.isEmpty()) {
      return entries;
    }
    for (String tag : reader.get().tags()) {
      if (tag.startsWith(PartManifest.TAG_PREFIX)) {
        entry(reader.get(), tag).ifPresent(entries::add);
      }
    }
    return entries;
  }

  private static Optional<Entry> entry(ImageReader reader, String tag) {
    try {
      Optional<RawManifest> raw = reader.manifest(tag);
      Optional<PartManifest> part = raw.flatMap(PartManifest::read);
      if (raw.isEmpty() || part.isEmpty()) {
        return Optional.empty();
      }
      List<Descriptor> layers = Documents.manifest(raw.get()).layers();
      long bytes = layers.stream().mapToLong(Descriptor::size).sum();
      Found found =
          new Found(
              tag,
              part.get().plan(),
              part.get().part(),
              part.get().complete(),
              layers.size(),
              bytes);
      Set<Digest> digests = new HashSet<>();
      layers.forEach(layer -> digests.add(layer.digest()));
      return Optional.of(new Entry(found, raw.get(), digests));
    } catch (ModelcarException e) {
      return Optional.empty(); // it went while we looked, or is not one of ours
    }
  }
}
