package dev.modelcar.packaging.layers;

import dev.modelcar.core.Digest;
import java.util.Map;
import java.util.Optional;

/**
 * Where the hashing of one layer stood in earlier runs, so that a later one need not read again
 * what its target has already.
 */
public interface Checkpoints {

  /**
   * The state of all hashes after so many bytes. Saved hashes are Base64.
   *
   * @param position in the layer, in bytes
   * @param layer the saved hash of the layer so far
   * @param file the saved hash of the file in which the position lies; empty between files
   * @param contents the SHA-256 of the files that were passed, by the index of their tar entry
   */
  record Checkpoint(long position, String layer, String file, Map<Integer, Digest> contents) {
    public Checkpoint {
      contents = Map.copyOf(contents);
    }
  }

  /** The last checkpoint that is not behind an offset. */
  Optional<Checkpoint> before(long offset);

  void remember(Checkpoint checkpoint);

  /** The bytes were wrong, or the layer is done. */
  void forget();

  /** Knows nothing and keeps nothing. */
  static Checkpoints none() {
    return new Checkpoints() {
      @Override
      public Optional<Checkpoint> before(long offset) {
        return Optional.empty();
      }

      @Override
      public void remember(Checkpoint checkpoint) {}

      @Override
      public void forget() {}
    };
  }
}
