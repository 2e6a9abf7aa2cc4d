package dev.modelcar.packaging.layers;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.source.FileIdentity;
import java.util.Optional;

/**
 * What is known from earlier runs. Nothing in it is believed without a look at the target or at the
 * file it speaks of, and everything works without it, only slower.
 */
public interface Memory {

  /** The layer that a recipe gives. */
  Optional<KnownLayer> layer(Digest recipe);

  void rememberLayer(Digest recipe, KnownLayer layer);

  /** The SHA-256 of a file of this machine that has not changed since. */
  Optional<Digest> content(FileIdentity file);

  void rememberContent(FileIdentity file, Digest sha256);

  /**
   * The upload of a layer to a target.
   *
   * @param identity of the layer: see {@link LayerRecipe#identity}, or its own digest where that is
   *     known
   */
  UploadMemory upload(ImageReference target, Digest identity);

  /**
   * Where the hashing of a layer stood.
   *
   * @param identity of the layer, as for {@link #upload}
   */
  Checkpoints checkpoints(Digest identity);

  /** Knows nothing and keeps nothing. */
  static Memory none() {
    return new Memory() {
      @Override
      public Optional<KnownLayer> layer(Digest recipe) {
        return Optional.empty();
      }

      @Override
      public void rememberLayer(Digest recipe, KnownLayer layer) {}

      @Override
      public Optional<Digest> content(FileIdentity file) {
        return Optional.empty();
      }

      @Override
      public void rememberContent(FileIdentity file, Digest sha256) {}

      @Override
      public UploadMemory upload(ImageReference target, Digest identity) {
        return UploadMemory.none();
      }

      @Override
      public Checkpoints checkpoints(Digest identity) {
        return Checkpoints.none();
      }
    };
  }
}
