package dev.modelcar.packaging.plan;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.ImageConfig;
import dev.modelcar.oci.Platform;
import dev.modelcar.packaging.layers.StoredBlob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What lies below the model: an image for one or several platforms, a folder made into a layer, or
 * nothing.
 *
 * @param name for annotations: how the user named it, or what the usual base is called wherever it
 *     comes from; empty for none
 * @param digest of the base image, where it has one
 * @param images one for each platform, in the order of the platforms
 */
public record Base(Optional<String> name, Optional<Digest> digest, List<BaseImage> images) {

  /**
   * The base for one platform.
   *
   * @param platform what it runs on
   * @param config its configuration, from which the new image's is made
   * @param layers from the bottom to the top
   */
  public record BaseImage(Platform platform, ImageConfig config, List<StoredBlob> layers) {}

  public Base {
    images = List.copyOf(images);
  }

  /** Nothing below the model: enough for image volumes, which need no shell. */
  public static Base none(List<Platform> platforms) {
    return new Base(
        Optional.empty(),
        Optional.empty(),
        platforms.stream()
            .map(platform -> new BaseImage(platform, ImageConfig.empty(platform), List.of()))
            .toList());
  }

  /** The layers of all platforms, each once. */
  public List<StoredBlob> layers() {
    Map<Digest, StoredBlob> layers = new LinkedHashMap<>();
    for (BaseImage image : images) {
      image.layers().forEach(layer -> layers.putIfAbsent(layer.descriptor().digest(), layer));
    }
    return List.copyOf(layers.values());
  }

  /** How many layers the base has at most. */
  int layerCount() {
    return images.stream().mapToInt(image -> image.layers().size()).max().orElse(0);
  }
}
