package dev.modelcar.oci.image;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.Referrer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks whether a copy is complete: every manifest under its digest, every blob with its size, and
 * what is attached to the image so that it is found. What the documents mean is not looked at: a
 * faithful copy of something odd is a good copy.
 */
public final class CopyVerifier {
  private final ImageReader from;
  private final boolean referrers;
  private final int parallel;

  /**
   * @param referrers whether what is attached to the image was to be copied, too
   */
  public CopyVerifier(ImageReader from, boolean referrers, int parallel) {
    this.from = from;
    this.referrers = referrers;
    this.parallel = parallel;
  }

  /**
   * Compares a copy with its source.
   *
   * @param image what was copied
   * @param there where the copy is
   * @param reference of the copy
   */
  public Verification verify(Digest image, ImageReader there, ImageReference reference) {
    RawManifest top =
        from.manifest(image)
            .orElseThrow(() ->
                new ModelcarException(
                    OciError.IMAGE_NOT_FOUND,
                    from.location() + " no longer has the image " + image));
    ImageTree tree = ImageTree.read(from, top);
    List<String> problems = new ArrayList<>();
    RawManifest copy = ImageTree.find(there, reference);
    if (!isCopy(top, copy, reference)) {
      problems.add("%s is %s instead of %s".formatted(reference, copy.digest(), image));
    }
    Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
    tree.blobs().forEach(blob -> blobs.putIfAbsent(blob.digest(), blob));
    tree.children().forEach(child -> problems.addAll(manifest(there, child)));
    if (referrers) {
      for (Attachment attached : Attachment.find(from, tree)) {
        problems.addAll(attached(there, attached));
        attached.tree().blobs().forEach(blob -> blobs.putIfAbsent(blob.digest(), blob));
      }
    }
    for (Optional<String> problem : sizes(there, List.copyOf(blobs.values()))) {
      problem.ifPresent(problems::add);
    }
    return new Verification(image, blobs.size(), 0, problems);
  }

  /** A list of referrers may have grown: others than we write to it. */
  private static boolean isCopy(RawManifest top, RawManifest copy, ImageReference reference) {
    return copy.digest().equals(top.digest())
        || (reference.tag().map(Referrer::isTag).orElse(false) && ReferrersList.covers(copy, top));
  }

  private static List<String> manifest(ImageReader there, RawManifest manifest) {
    return there.manifest(manifest.digest()).isPresent()
        ? List.of()
        : List.of("the manifest %s is missing".formatted(manifest.digest()));
  }

  private static List<String> attached(ImageReader there, Attachment attached) {
    List<String> problems = new ArrayList<>();
    attached.tree().manifests().forEach(raw -> problems.addAll(manifest(there, raw)));
    Digest digest = attached.tree().top().digest();
    boolean found =
        attached.tag().isPresent()
            ? there.manifest(attached.tag().get()).stream()
                .anyMatch(raw -> raw.digest().equals(digest))
            : there.referrers(attached.subject()).stream()
                .anyMatch(entry -> entry.digest().equals(digest));
    if (!found) {
      problems.add(
          "%s is not found as %s"
              .formatted(
                  digest, attached.tag().orElseGet(() -> "a referrer of " + attached.subject())));
    }
    return problems;
  }

  private List<Optional<String>> sizes(ImageReader there, List<Descriptor> blobs) {
    return Threads.map(
        blobs,
        parallel,
        "verifying",
        blob -> BlobSizes.problem(there, blob, BlobSizes.mayBeElsewhere(from, blob)));
  }
}
