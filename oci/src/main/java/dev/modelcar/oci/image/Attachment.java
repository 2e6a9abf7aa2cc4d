package dev.modelcar.oci.image;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Something that belongs to an image and is no part of it: a signature, an SBOM. It says itself to
 * which manifest it refers, or it has a tag made of that manifest's digest, as cosign does it.
 *
 * @param subject the manifest that it was found from
 * @param tag its own name; empty if it is found because it refers
 * @param tree all that has to be copied for it
 */
public record Attachment(Digest subject, Optional<String> tag, ImageTree tree) {
  private static final List<String> COSIGN = List.of("sig", "att", "sbom");

  /**
   * All that is attached to an image, to the images of an index, and to what is attached: an SBOM
   * may be signed too.
   *
   * @throws ModelcarException {@link OciError#IMAGE_NOT_FOUND} if the place lists what it lacks
   */
  public static List<Attachment> find(ImageReader reader, ImageTree image) {
    List<Attachment> found = new ArrayList<>();
    Deque<Digest> subjects = new ArrayDeque<>();
    // A list may name anything, also what was found before.
    Set<Digest> seen = new HashSet<>();
    add(image, subjects, seen);
    while (!subjects.isEmpty()) {
      Digest subject = subjects.remove();
      for (Descriptor referrer : reader.referrers(subject)) {
        if (!seen.contains(referrer.digest())) {
          ImageTree tree = ImageTree.read(reader, referrer(reader, subject, referrer));
          found.add(new Attachment(subject, Optional.empty(), tree));
          add(tree, subjects, seen);
        }
      }
      for (String kind : COSIGN) {
        String tag = subject.algorithm().id() + "-" + subject.hex() + "." + kind;
        Optional<RawManifest> tagged = reader.manifest(tag);
        if (tagged.isPresent()) {
          ImageTree tree = ImageTree.read(reader, tagged.get());
          found.add(new Attachment(subject, Optional.of(tag), tree));
          add(tree, subjects, seen);
        }
      }
    }
    return found;
  }

  private static void add(ImageTree tree, Deque<Digest> subjects, Set<Digest> seen) {
    for (RawManifest manifest : tree.manifests()) {
      if (seen.add(manifest.digest())) {
        subjects.add(manifest.digest());
      }
    }
  }

  private static RawManifest referrer(ImageReader reader, Digest subject, Descriptor referrer) {
    return reader
        .manifest(referrer.digest())
        .orElseThrow(() ->
            new ModelcarException(
                OciError.IMAGE_NOT_FOUND,
                "%s lists %s as a referrer of %s but does not have it"
                    .formatted(reader.location(), referrer.digest(), subject),
                "Attach it again, or omit --referrers to copy the image alone.",
                null));
  }
}
