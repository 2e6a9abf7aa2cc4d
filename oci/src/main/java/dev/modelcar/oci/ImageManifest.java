package dev.modelcar.oci;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The manifest of one image or artifact.
 *
 * @param config the image's configuration
 * @param layers from the bottom to the top
 * @param annotations of the manifest
 * @param subject the manifest that this one refers to
 * @param artifactType set for artifacts, never for an image that is to run
 */
public record ImageManifest(
    Descriptor config,
    List<Descriptor> layers,
    SortedMap<String, String> annotations,
    Optional<Descriptor> subject,
    Optional<String> artifactType) {

  public ImageManifest {
    layers = List.copyOf(layers);
  }

  public static ImageManifest of(
      Descriptor config, List<Descriptor> layers, SortedMap<String, String> annotations) {
    return new ImageManifest(config, layers, annotations, Optional.empty(), Optional.empty());
  }

  /** The document, in the one form that this program writes. */
  public RawManifest toRaw() {
    return Documents.write(this);
  }
}
