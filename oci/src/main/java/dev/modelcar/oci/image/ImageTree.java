package dev.modelcar.oci.image;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that belongs to an image: its manifest, or its index and the manifests below, and their
 * blobs.
 *
 * @param top what a tag points to
 * @param children the manifests of an index, the deepest first; empty for a single manifest
 * @param blobs configs and layers, each once, in the order of the manifests
 */
public record ImageTree(RawManifest top, List<RawManifest> children, List<Descriptor> blobs) {
  private static final int MAX_DEPTH = 4;

  /** Reads the documents of an image, not its blobs. */
  public static ImageTree read(ImageReader reader, RawManifest top) {
    Map<Digest, RawManifest> children = new LinkedHashMap<>();
    Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
    collect(reader, top, children, blobs, 0);
    return new ImageTree(
        top, List.copyOf(children.values()), List.copyOf(new ArrayList<>(blobs.values())));
  }

  /** The children and then the top. */
  public List<RawManifest> manifests() {
    List<RawManifest> manifests = new ArrayList<>(children);
    manifests.add(top);
    return manifests;
  }

  private static void collect(
      ImageReader reader,
      RawManifest raw,
      Map<Digest, RawManifest> children,
      Map<Digest, Descriptor> blobs,
      int depth) {
    if (!raw.isIndex()) {
      ImageManifest manifest = Documents.manifest(raw);
      blobs.putIfAbsent(manifest.config().digest(), manifest.config());
      manifest.layers().forEach(layer -> blobs.putIfAbsent(layer.digest(), layer));
      return;
    }
    if (depth == MAX_DEPTH) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID, "the index " + raw.digest() + " nests indexes too deeply");
    }
    for (Descriptor entry : Documents.index(raw).manifests()) {
      RawManifest child =
          reader
              .manifest(entry.digest())
              .orElseThrow(() ->
                  new ModelcarException(
                      OciError.IMAGE_NOT_FOUND,
                      "%s does not have the manifest %s that its index lists"
                          .formatted(reader.location(), entry.digest())));
      if (!children.containsKey(child.digest())) {
        collect(reader, child, children, blobs, depth + 1);
        children.put(child.digest(), child);
      }
    }
  }

  /**
   * Finds what a reference names: by digest, by tag, or the only image there is.
   *
   * @throws ModelcarException {@link OciError#IMAGE_NOT_FOUND} if there is none
   */
  public static RawManifest find(ImageReader reader, ImageReference reference) {
    Optional<RawManifest> found;
    if (reference.digest().isPresent()) {
      found = reader.manifest(reference.digest().get());
    } else if (reference.tag().isPresent()) {
      found = reader.manifest(reference.tag().get());
    } else {
      found = reader.onlyManifest();
    }
    return found.orElseThrow(() ->
        new ModelcarException(
            OciError.IMAGE_NOT_FOUND,
            "the image " + reference + " does not exist",
            hint(reader, reference),
            null));
  }

  /** A layout or an archive knows what it contains. */
  private static String hint(ImageReader reader, ImageReference reference) {
    List<String> names = reference instanceof ImageReference.Registry ? List.of() : reader.tags();
    return names.isEmpty()
        ? OciError.IMAGE_NOT_FOUND.hint()
        : "Name one that is there: "
            + String.join(", ", names.subList(0, Math.min(20, names.size())))
            + ".";
  }
}
