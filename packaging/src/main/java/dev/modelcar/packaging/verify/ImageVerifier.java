package dev.modelcar.packaging.verify;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.http.HttpError;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.BlobSizes;
import dev.modelcar.oci.image.Blobs;
import dev.modelcar.oci.image.ImageTree;
import dev.modelcar.oci.image.LayerInspection;
import dev.modelcar.oci.image.Verification;
import dev.modelcar.packaging.selection.Selection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks whether an image is whole: every blob is there with its size, the documents agree with each
 * other; if asked, every byte has its digest, every layer its diff id, and every file is what the
 * source has.
 */
public final class ImageVerifier {
  private final ImageReader reader;
  private final int parallel;

  public ImageVerifier(ImageReader reader, int parallel) {
    this.reader = reader;
    this.parallel = parallel;
  }

  /** Looks at documents and at the sizes of blobs. */
  public Verification verify(ImageReference reference) {
    return new Run(ImageTree.find(reader, reference)).shallow();
  }

  /** Also reads and hashes every blob. */
  public Verification verifyDeeply(ImageReference reference) {
    return new Run(ImageTree.find(reader, reference)).deep();
  }

  /** Also compares the files in the image with those of a selection. */
  public Verification verifyAgainst(ImageReference reference, Selection selection) {
    return new Run(ImageTree.find(reader, reference)).against(selection);
  }

  private final class Run {
    private final ImageTree tree;
    private final List<String> problems = new ArrayList<>();
    private long bytes;
    private boolean wholly = true;

    Run(RawManifest top) {
      this.tree = ImageTree.read(reader, top);
    }

    private Verification result() {
      return new Verification(tree.top().digest(), tree.blobs().size(), bytes, problems);
    }

    Verification shallow() {
      documents();
      each(tree.blobs(), this::size).forEach(problems::addAll);
      return result();
    }

    private List<RawManifest> manifests() {
      return tree.manifests().stream().filter(manifest -> !manifest.isIndex()).toList();
    }

    /** Configs count the layers of their manifests, and runtimes can make use of them. */
    private void documents() {
      for (RawManifest raw : manifests()) {
        ImageManifest manifest = Documents.manifest(raw);
        types(raw, manifest);
        if (MediaTypes.isImageConfig(manifest.config().mediaType())) {
          image(raw, manifest);
        }
      }
    }

    /** Runtimes and umoci refuse an OCI manifest whose layers have Docker's types. */
    private void types(RawManifest raw, ImageManifest manifest) {
      if (raw.mediaType().equals(MediaTypes.OCI_MANIFEST)) {
        for (Descriptor layer : manifest.layers()) {
          if (MediaTypes.isDockerLayer(layer.mediaType())) {
            problems.add(
                "the layer %s has Docker's media type %s, but %s is an OCI manifest"
                    .formatted(layer.digest(), layer.mediaType(), raw.digest()));
          }
        }
      }
    }

    private void image(RawManifest raw, ImageManifest manifest) {
      ImageConfig config;
      try {
        byte[] document = Blobs.document(reader, manifest.config());
        boolean files =
            manifest.layers().stream().anyMatch(layer -> layer.mediaType().contains("tar"));
        if (!files && !ImageConfig.hasRootfs(document)) {
          // An artifact whose maker named its config like an image's.
          return;
        }
        config = ImageConfig.parse(document);
      } catch (ModelcarException e) {
        problems.add(e.getMessage() + "");
        return;
      }
      int layers = manifest.layers().size();
      if (config.diffIds().size() != layers) {
        problems.add(
            "the config of %s lists %d layers, its manifest %d"
                .formatted(raw.digest(), config.diffIds().size(), layers));
      }
      if (config.layersInHistory() >= 0 && config.layersInHistory() != layers) {
        problems.add(
            "the history of %s lists %d layers, its manifest %d"
                .formatted(raw.digest(), config.layersInHistory(), layers));
      }
      for (int i = 0; i < Math.min(layers, config.diffIds().size()); i++) {
        Descriptor layer = manifest.layers().get(i);
        boolean plain = layer.mediaType().endsWith(".tar");
        if (plain && !config.diffIds().get(i).equals(layer.digest())) {
          problems.add(
              "the layer %s is not compressed, but its diff ID differs from its digest"
                  .formatted(layer.digest()));
        }
      }
    }

    private List<String> size(Descriptor blob) {
      return BlobSizes.problem(reader, blob).stream().toList();
    }

    // ---- deep ----

    Verification deep() {
      documents();
      inspect();
      return result();
    }

    Verification against(Selection selection) {
      documents();
      Map<String, LayerInspection.File> files = new LinkedHashMap<>();
      Map<String, String> links = new LinkedHashMap<>();
      for (LayerInspection layer : inspect()) {
        for (LayerInspection.File file : layer.files()) {
          files.put(file.path(), file);
        }
        links.putAll(layer.links());
      }
      links.forEach((path, to) -> {
        LayerInspection.File file = files.get(to);
        if (file != null) {
          files.put(
              path, new LayerInspection.File(path, file.size(), file.sha256(), file.gitBlob()));
        }
      });
      if (files.isEmpty() && tree.blobs().stream().noneMatch(this::isLayer)) {
        problems.add(
            "%s is an artifact of raw files, not an image: it has no archives whose files could be"
                    .formatted(tree.top().digest())
                + " compared with the source");
        return result();
      }
      // Files of layers that were not read are not missing.
      if (wholly) {
        problems.addAll(SourceComparison.compare(selection, files));
      }
      return result();
    }

    /** Reads all blobs, layers as archives, and checks every digest. */
    private List<LayerInspection> inspect() {
      Map<Digest, Digest> diffIds = diffIds();
      List<Descriptor> blobs = new ArrayList<>();
      List<Descriptor> present =
          tree.blobs().stream().filter(blob -> !BlobSizes.mayBeElsewhere(reader, blob)).toList();
      // Reading stops at the size that the manifest names: what lies after it shows only here.
      List<List<String>> sizes = each(present, this::size);
      for (int i = 0; i < present.size(); i++) {
        problems.addAll(sizes.get(i));
        if (sizes.get(i).isEmpty()) {
          blobs.add(present.get(i));
        } else {
          wholly = false;
        }
      }
      List<LayerInspection> layers =
          each(blobs, blob -> LayerInspection.of(reader, blob, isLayer(blob)));
      for (int i = 0; i < layers.size(); i++) {
        Descriptor blob = blobs.get(i);
        LayerInspection layer = layers.get(i);
        bytes += layer.bytes();
        problems.addAll(layer.problems());
        Digest expected = diffIds.get(blob.digest());
        if (expected != null
            && layer.diffId().isPresent()
            && !layer.diffId().get().equals(expected)) {
          problems.add(
              "the layer %s unpacks to %s, but the config lists %s"
                  .formatted(blob.digest(), layer.diffId().get(), expected));
        }
      }
      return layers;
    }

    private boolean isLayer(Descriptor blob) {
      return blob.mediaType().contains(".tar") || blob.mediaType().contains("rootfs.diff");
    }

    private Map<Digest, Digest> diffIds() {
      Map<Digest, Digest> diffIds = new LinkedHashMap<>();
      for (RawManifest raw : manifests()) {
        ImageManifest manifest = Documents.manifest(raw);
        if (!MediaTypes.isImageConfig(manifest.config().mediaType())) {
          continue;
        }
        try {
          ImageConfig config = ImageConfig.parse(Blobs.document(reader, manifest.config()));
          int layers = Math.min(manifest.layers().size(), config.diffIds().size());
          for (int i = 0; i < layers; i++) {
            diffIds.put(manifest.layers().get(i).digest(), config.diffIds().get(i));
          }
        } catch (ModelcarException e) {
          // Already among the problems.
        }
      }
      return diffIds;
    }
  }

  /** Looks at several blobs at a time; results come in the order of the blobs. */
  private <T> List<T> each(List<Descriptor> blobs, Threads.Task<Descriptor, T, IOException> look) {
    try {
      return Threads.map(blobs, parallel, "verifying", look);
    } catch (IOException e) {
      throw new ModelcarException(
          HttpError.NETWORK_BROKEN,
          "reading from %s failed: %s".formatted(reader.location(), e.getMessage()),
          e);
    }
  }
}
