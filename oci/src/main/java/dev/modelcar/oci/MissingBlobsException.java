package dev.modelcar.oci;

import dev.modelcar.core.Digest;
import java.util.List;

/** A manifest was refused because some of its blobs are missing. */
public final class MissingBlobsException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Digest> blobs;

  /**
   * @param blobs the missing blobs; empty if unknown
   */
  public MissingBlobsException(String message, List<Digest> blobs) {
    super(message);
    this.blobs = List.copyOf(blobs);
  }

  public List<Digest> blobs() {
    return blobs;
  }
}
