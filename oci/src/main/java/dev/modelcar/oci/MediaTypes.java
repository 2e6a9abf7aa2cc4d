package dev.modelcar.oci;

import java.util.List;
import java.util.Set;

/** The media types of images. */
public final class MediaTypes {
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
  public static final String OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
  public static final String OCI_LAYER_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";
  public static final String OCI_EMPTY = "application/vnd.oci.empty.v1+json";

  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  public static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
  public static final String DOCKER_LAYER_GZIP =
      "application/vnd.docker.image.rootfs.diff.tar.gzip";
  public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";
  private static final String DOCKER_FOREIGN_LAYER =
      "application/vnd.docker.image.rootfs.foreign.diff.tar";
  private static final String OCI_FOREIGN_LAYER =
      "application/vnd.oci.image.layer.nondistributable.v1.tar";

  /** What a manifest may be, in the order of preference that is told to a registry. */
  public static final List<String> MANIFESTS =
      List.of(OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST);

  private static final Set<String> INDEXES = Set.of(OCI_INDEX, DOCKER_LIST);

  private MediaTypes() {}

  public static boolean isIndex(String mediaType) {
    return INDEXES.contains(mediaType);
  }

  public static boolean isManifest(String mediaType) {
    return MANIFESTS.contains(mediaType);
  }

  /** Whether a layer of this type may be missing in a registry: OCI's name for it, and Docker's. */
  static boolean isForeignLayer(String mediaType) {
    return mediaType.startsWith("application/vnd.oci.image.layer.nondistributable.")
        || mediaType.startsWith("application/vnd.docker.image.rootfs.foreign.diff.");
  }

  /** Whether this is the first form of Docker's manifests, whose digests leave signatures out. */
  public static boolean isDockerSchema1(String mediaType) {
    return mediaType.startsWith("application/vnd.docker.distribution.manifest.v1+");
  }

  /** Whether a runtime would take a config of this type for an image it can start. */
  public static boolean isImageConfig(String mediaType) {
    return mediaType.equals(OCI_CONFIG) || mediaType.equals(DOCKER_CONFIG);
  }

  /** The OCI name of a layer's type; types without one stay as they are. */
  public static String toOciLayer(String mediaType) {
    for (String docker : List.of(DOCKER_LAYER, DOCKER_FOREIGN_LAYER)) {
      if (mediaType.equals(docker) || mediaType.startsWith(docker + ".")) {
        String compression = mediaType.substring(docker.length()).replace('.', '+');
        return (docker.equals(DOCKER_LAYER) ? OCI_LAYER : OCI_FOREIGN_LAYER) + compression;
      }
    }
    return mediaType;
  }

  /** Whether a layer has one of Docker's types, which only Docker's manifests may use. */
  public static boolean isDockerLayer(String mediaType) {
    return !toOciLayer(mediaType).equals(mediaType);
  }
}
