package dev.modelcar.oci;

import dev.modelcar.core.Digest;
import dev.modelcar.core.Sha256;

/**
 * A manifest or an index with the very bytes that its digest stands for. It is never rewritten from
 * its parts when it is copied.
 */
public final class RawManifest {
  /** Registries and clients read no more (containers/image, distribution). */
  public static final int MAX_BYTES = 4 << 20;

  private final String mediaType;
  private final byte[] bytes;
  private final Digest digest;

  public RawManifest(String mediaType, byte[] bytes) {
    this.mediaType = mediaType;
    this.bytes = bytes.clone();
    this.digest = Sha256.of(bytes);
  }

  public String mediaType() {
    return mediaType;
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public Digest digest() {
    return digest;
  }

  public int size() {
    return bytes.length;
  }

  public boolean isIndex() {
    return MediaTypes.isIndex(mediaType);
  }

  /** A descriptor of these bytes. */
  public Descriptor descriptor() {
    return Descriptor.of(mediaType, digest, bytes.length);
  }
}
