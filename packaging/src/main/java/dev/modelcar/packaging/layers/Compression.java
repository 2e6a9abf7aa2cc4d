package dev.modelcar.packaging.layers;

import dev.modelcar.oci.MediaTypes;

/** How layers are compressed. Weights hardly shrink, so the usual way is not at all. */
public enum Compression {
  NONE("none", MediaTypes.OCI_LAYER),
  ZSTD("zstd", MediaTypes.OCI_LAYER_ZSTD),
  GZIP("gzip", MediaTypes.OCI_LAYER_GZIP);

  private final String id;
  private final String mediaType;

  Compression(String id, String mediaType) {
    this.id = id;
    this.mediaType = mediaType;
  }

  public String id() {
    return id;
  }

  /** The media type of a layer. */
  public String mediaType() {
    return mediaType;
  }
}
