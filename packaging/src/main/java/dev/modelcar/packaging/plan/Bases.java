package dev.modelcar.packaging.plan;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.ImageIndex;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.Platform;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.Blobs;
import dev.modelcar.oci.image.CheckedContent;
import dev.modelcar.oci.image.ImageTree;
import dev.modelcar.packaging.layers.RootfsLayer;
import dev.modelcar.packaging.layers.StoredBlob;
import dev.modelcar.packaging.weights.PackagingError;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Finds the base that a user names. Of an image only documents are read; its layers stay where they
 * are.
 */
public final class Bases {
  /**
   * The usual base: a tiny image with a shell and the few tools that KServe's modelcar mode runs,
   * for the common platforms, pinned so that the same model always gives the same image.
   */
  public static final String STANDARD =
      "registry.access.redhat.com/ubi9/ubi-micro:9.7"
          + "@sha256:03b67880096c45fbad58a50a5710bd31c3bcfce44f75da95ee6177dc269a72ef";

  /** How deep indexes may lie in each other. */
  private static final int MAX_DEPTH = 3;

  private static final String SEARCH_PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final Function<ImageReference, ImageReader> readers;
  private final List<Platform> platforms;
  private final ImageReference.Registry standard;

  /**
   * @param readers opens the place of an image
   * @param platforms for which the image is made; one image each
   */
  public Bases(Function<ImageReference, ImageReader> readers, List<Platform> platforms) {
    this(readers, platforms, STANDARD);
  }

  /**
   * @param standard the usual base, by name, tag and digest
   */
  public Bases(
      Function<ImageReference, ImageReader> readers, List<Platform> platforms, String standard) {
    this.readers = readers;
    this.platforms = List.copyOf(platforms);
    this.standard = (ImageReference.Registry) ImageReference.parse(standard);
  }

  /**
   * Resolves {@code none}, {@code dir:ROOTFS}, {@code oci:FOLDER[:TAG]}, {@code
   * oci-archive:FILE[:TAG]} or a reference.
   *
   * @throws ModelcarException if it does not exist, or not for a platform
   */
  public Base resolve(String name) {
    if (name.equals("none")) {
      return Base.none(platforms);
    }
    if (name.equals("dir:")) {
      throw new ModelcarException(
          PackagingError.BASE_INVALID, "the base dir: names no folder", "Use dir:FOLDER.", null);
    }
    if (name.startsWith("dir:")) {
      return ofRootfs(Path.of(name.substring("dir:".length())));
    }
    ImageReference reference = ImageReference.parse(name);
    try {
      return ofImage(reference);
    } catch (ModelcarException e) {
      if (!isStandard(reference) || e.code() == CoreError.STOPPED) {
        throw e;
      }
      ModelcarException failure =
          new ModelcarException(
              e.code(),
              "the default base image cannot be used: " + e.getMessage(),
              e.hint()
                  + " Or name another base: --base REFERENCE for one in your registry, --base"
                  + " oci:FOLDER for a local copy, --base none for servers that mount the image.",
              e);
      throw e.request().map(failure::about).orElse(failure);
    }
  }

  /** However it is reached. */
  private boolean isStandard(ImageReference reference) {
    return reference instanceof ImageReference.Registry registry
        && registry.with(standard.scheme()).equals(standard);
  }

  private Base ofRootfs(Path folder) {
    RootfsLayer layer = RootfsLayer.of(folder);
    Digest digest = layer.digest();
    StoredBlob base =
        new StoredBlob(
            Descriptor.of(MediaTypes.OCI_LAYER, digest, layer.content().size().orElseThrow()),
            layer.content(),
            Optional.empty());
    List<Base.BaseImage> images = new ArrayList<>();
    for (Platform platform : platforms) {
      ImageConfig config =
          ImageConfig.empty(platform)
              .withEnvironment(List.of(SEARCH_PATH))
              .withLayer(digest, Instant.EPOCH, "root folder");
      images.add(new Base.BaseImage(platform, config, List.of(base)));
    }
    return new Base(Optional.empty(), Optional.empty(), images);
  }

  private Base ofImage(ImageReference reference) {
    ImageReader reader = readers.apply(reference);
    RawManifest raw = ImageTree.find(reader, reference);
    List<Base.BaseImage> images = new ArrayList<>();
    for (Platform platform : platforms) {
      images.add(image(reader, reference, forPlatform(reader, reference, raw, platform), platform));
    }
    return new Base(name(reference, raw.digest()), Optional.of(raw.digest()), images);
  }

  /** The usual base has one name, be it taken from a mirror, a layout or an archive. */
  private Optional<String> name(ImageReference reference, Digest digest) {
    ImageReference named = standard.digest().equals(Optional.of(digest)) ? standard : reference;
    return named instanceof ImageReference.Registry registry
        ? Optional.of(registry.withTag(registry.tag().orElse("latest")).toString())
        : Optional.empty();
  }

  private static RawManifest forPlatform(
      ImageReader reader, ImageReference reference, RawManifest raw, Platform platform) {
    if (!raw.isIndex()) {
      return raw;
    }
    return descend(reader, reference, raw, platform, MAX_DEPTH)
        .orElseThrow(() ->
            new ModelcarException(
                PackagingError.BASE_INVALID,
                "the base image " + reference + " is not available for " + platform));
  }

  /** An index may name other indexes; what it names itself comes first. */
  private static Optional<RawManifest> descend(
      ImageReader reader, ImageReference reference, RawManifest raw, Platform platform, int depth) {
    ImageIndex index = Documents.index(raw);
    List<Descriptor> candidates = new ArrayList<>();
    index
        .forPlatform(platform)
        .filter(entry -> !MediaTypes.isIndex(entry.mediaType()))
        .ifPresent(candidates::add);
    index.manifests().stream()
        .filter(entry -> MediaTypes.isIndex(entry.mediaType()) && depth > 0)
        .forEach(candidates::add);
    for (Descriptor entry : candidates) {
      RawManifest found =
          reader
              .manifest(entry.digest())
              .orElseThrow(() ->
                  new ModelcarException(
                      PackagingError.BASE_INVALID,
                      "the base image " + reference + " is missing its manifest for " + platform));
      Optional<RawManifest> manifest =
          found.isIndex()
              ? descend(reader, reference, found, platform, depth - 1)
              : Optional.of(found);
      if (manifest.isPresent()) {
        return manifest;
      }
    }
    return Optional.empty();
  }

  private static Base.BaseImage image(
      ImageReader reader, ImageReference reference, RawManifest raw, Platform platform) {
    ImageManifest manifest = Documents.manifest(raw);
    if (!MediaTypes.isImageConfig(manifest.config().mediaType())) {
      throw invalid(reference, "it is an artifact, not an image");
    }
    ImageConfig config = ImageConfig.parse(Blobs.document(reader, manifest.config()));
    if (config.diffIds().size() != manifest.layers().size()) {
      throw invalid(reference, "its config and its manifest list different numbers of layers");
    }
    Platform own = config.platform().orElse(platform);
    if (!own.satisfies(platform)) {
      throw invalid(reference, "it is for " + own + ", not for " + platform);
    }
    List<StoredBlob> layers = new ArrayList<>();
    for (Descriptor layer : manifest.layers()) {
      layers.add(
          new StoredBlob(
              new Descriptor(
                  MediaTypes.toOciLayer(layer.mediaType()),
                  layer.digest(),
                  layer.size(),
                  new TreeMap<>(),
                  Optional.empty(),
                  Optional.empty(),
                  layer.urls()),
              new CheckedContent(reader, layer),
              StoredBlob.repositoryOf(reader)));
    }
    return new Base.BaseImage(platform, config, layers);
  }

  private static ModelcarException invalid(ImageReference reference, String why) {
    return new ModelcarException(
        PackagingError.BASE_INVALID, "the base image " + reference + " cannot be used: " + why);
  }
}
