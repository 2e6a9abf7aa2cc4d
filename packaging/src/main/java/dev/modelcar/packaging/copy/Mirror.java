package dev.modelcar.packaging.copy;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.Referrer;
import dev.modelcar.oci.image.ReferrersList;
import dev.modelcar.packaging.reuse.PartManifest;
import dev.modelcar.packaging.transfer.ShipmentReport;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Copies the images of a repository, tag by tag, so that the targets have the same tags with the
 * same digests. An image that a target has already is left alone; one that fails does not keep the
 * others from being copied.
 */
public final class Mirror {
  private final ImageReader from;
  private final Function<String, List<ShipmentTarget>> targets;
  private final Function<List<ShipmentTarget>, ImageCopier> copier;
  private final boolean evenIfThere;

  /**
   * What became of one image.
   *
   * @param tag its name
   * @param digest empty if it could not even be read
   * @param report empty if nothing had to be done, or nothing could be
   * @param failure why it could not be read or copied at all
   */
  public record Outcome(
      String tag,
      Optional<Digest> digest,
      Optional<ShipmentReport> report,
      Optional<ModelcarException> failure) {

    /** Whether all targets have the image. */
    public boolean isComplete() {
      return failure.isEmpty() && report.map(ShipmentReport::isComplete).orElse(true);
    }
  }

  /**
   * @param targets for each tag, made again
   * @param copier over the targets of one tag
   * @param evenIfThere whether images that are there are gone through nevertheless, because of what
   *     refers to them
   */
  public Mirror(
      ImageReader from,
      Function<String, List<ShipmentTarget>> targets,
      Function<List<ShipmentTarget>, ImageCopier> copier,
      boolean evenIfThere) {
    this.from = from;
    this.targets = targets;
    this.copier = copier;
    this.evenIfThere = evenIfThere;
  }

  /**
   * The tags to mirror: those of the repository that a pattern wants, and never the receipts that
   * shipments leave.
   */
  public List<String> tags(Predicate<String> wanted) {
    return from.tags().stream()
        .filter(tag -> !tag.startsWith(PartManifest.TAG_PREFIX) && wanted.test(tag))
        .toList();
  }

  /**
   * Copies images.
   *
   * @param atOnce how many of them
   */
  public List<Outcome> copy(List<String> tags, int atOnce) {
    // Where images bring their referrers along, they have made these lists already.
    Map<Boolean, List<String>> lists =
        tags.stream().collect(Collectors.partitioningBy(Referrer::isTag));
    List<Outcome> outcomes = new ArrayList<>();
    for (boolean list : new boolean[] {false, true}) {
      outcomes.addAll(
          Threads.map(lists.getOrDefault(list, List.of()), atOnce, "mirroring", this::copy));
    }
    return outcomes;
  }

  private Outcome copy(String tag) {
    Optional<Digest> digest = Optional.empty();
    try {
      RawManifest top =
          from.manifest(tag)
              .orElseThrow(() ->
                  new ModelcarException(
                      OciError.IMAGE_NOT_FOUND, "the tag %s is gone".formatted(tag)));
      digest = Optional.of(top.digest());
      List<ShipmentTarget> to = targets.apply(tag);
      boolean list = Referrer.isTag(tag);
      // All are asked, not only up to the first that lacks it: those that do not respond fail here.
      List<ShipmentTarget> lacking =
          evenIfThere && !list ? to : to.stream().filter(target -> !has(target, tag, top)).toList();
      if (lacking.isEmpty()) {
        return new Outcome(tag, digest, Optional.empty(), Optional.empty());
      }
      ShipmentReport report = copier.apply(to).copy(from.location().withTag(tag));
      return new Outcome(tag, digest, Optional.of(report), Optional.empty());
    } catch (ModelcarException e) {
      if (e.code() == CoreError.STOPPED) {
        throw e;
      }
      return new Outcome(tag, digest, Optional.empty(), Optional.of(e));
    }
  }

  /**
   * A registry takes a manifest only over blobs that it has: the tag is proof enough. A list of
   * referrers that names more than that of the source is left as it is.
   */
  private static boolean has(ShipmentTarget target, String tag, RawManifest top) {
    try {
      return target
          .reader()
          .flatMap(reader -> reader.manifest(tag))
          .map(there ->
              there.digest().equals(top.digest())
                  || (Referrer.isTag(tag) && ReferrersList.covers(there, top)))
          .orElse(false);
    } catch (ModelcarException e) {
      if (e.code() == CoreError.STOPPED) {
        throw e;
      }
      // The others are served without it.
      target.fail(e);
      return false;
    }
  }
}
