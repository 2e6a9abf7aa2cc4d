package dev.modelcar.oci;

import dev.modelcar.core.Digest;
import java.util.List;

/** A place refused a manifest because it has not, or has no longer, some of its blobs. */
public final class MissingBlobsException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Digest> blobs;

  /**
   * @param blobs those that the place names; empty if it does not say which
   */
  public MissingBlobsException(String message, List<Digest> blobs) {
    super(message);
    this.blobs = List.copyOf(blobs);
  }

  public List<Digest> blobs() {
    return blobs;
  }
}
