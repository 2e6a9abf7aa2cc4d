package dev.modelcar.oci.layout;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.Platform;
import dev.modelcar.oci.RawManifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds images by the index of a layout, in a folder or in an archive. */
abstract class LayoutReader implements ImageReader {

  abstract IndexFile index();

  /** A manifest's bytes, which have its digest. */
  abstract byte[] document(Digest digest);

  private RawManifest read(Descriptor manifest) {
    return new RawManifest(manifest.mediaType(), document(manifest.digest()));
  }

  @Override
  public Optional<RawManifest> manifest(String tag) {
    return one(index().named(tag), " named " + tag).map(this::read);
  }

  @Override
  public Optional<RawManifest> onlyManifest() {
    IndexFile index = index();
    return one(index.images(new LayoutReferrers(index, this::manifest)::refers), "")
        .map(this::read);
  }

  /**
   * The only one of some images; none if there are none.
   *
   * @throws ModelcarException that tells them apart, if there are several
   */
  final Optional<Descriptor> one(List<Descriptor> images, String called) {
    Map<Digest, List<Descriptor>> byDigest =
        images.stream()
            .collect(
                Collectors.groupingBy(Descriptor::digest, LinkedHashMap::new, Collectors.toList()));
    if (byDigest.size() <= 1) {
      return images.stream().findFirst();
    }
    String listed =
        byDigest.values().stream()
            .map(entries -> names(entries) + " (" + platforms(entries.getFirst()) + ")")
            .collect(Collectors.joining(", "));
    throw new ModelcarException(
        OciError.IMAGE_NOT_FOUND,
        "%s contains %d images%s: %s".formatted(location(), byDigest.size(), called, listed),
        "Name one of them: %s:NAME with its full name, or %s@DIGEST."
            .formatted(location(), location()),
        null);
  }

  private static String names(List<Descriptor> entries) {
    return Stream.concat(
            entries.stream().map(IndexFile::fullName).filter(name -> !name.isEmpty()).distinct(),
            Stream.of(entries.getFirst().digest().toString()))
        .collect(Collectors.joining(" "));
  }

  /** What an image runs on, as far as that can be read. */
  private String platforms(Descriptor image) {
    if (image.platform().isPresent()) {
      return image.platform().get().toString();
    }
    try {
      RawManifest raw = read(image);
      if (raw.isIndex()) {
        return Documents.index(raw).manifests().stream()
            .flatMap(entry -> entry.platform().stream())
            .map(Platform::toString)
            .filter(platform -> !platform.startsWith("unknown"))
            .distinct()
            .collect(Collectors.joining(", "));
      }
      Descriptor config = Documents.manifest(raw).config();
      return MediaTypes.isImageConfig(config.mediaType())
          ? ImageConfig.parse(document(config.digest()))
              .platform()
              .map(Platform::toString)
              .orElse("no platform")
          : "artifact " + config.mediaType();
    } catch (ModelcarException e) {
      return "unreadable";
    }
  }

  @Override
  public Optional<RawManifest> manifest(Digest digest) {
    if (blobSize(digest).isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = document(digest);
    return Optional.of(new RawManifest(Documents.mediaTypeOf(bytes), bytes));
  }

  @Override
  public List<String> tags() {
    return index().names();
  }

  @Override
  public List<Descriptor> referrers(Digest subject) {
    return new LayoutReferrers(index(), this::manifest).to(subject);
  }
}
