package dev.modelcar.oci;

import dev.modelcar.core.Digest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Writes images to one location. Blobs come first, in any order and concurrently; the image exists
 * once its manifest is {@linkplain #publish published}. Closing ends running writes and leaves no
 * partial image.
 */
public interface ImageWriter extends AutoCloseable {

  /** The location, without tag. */
  ImageReference location();

  /**
   * Checks whether an image can be written here, as far as possible without side effects.
   *
   * @throws dev.modelcar.core.ModelcarException as writing would fail with
   */
  default void checkWritable() {}

  /**
   * Begins to write and takes it back: what only shows then, such as a location that is read-only.
   *
   * @return whether it is all taken back
   * @throws dev.modelcar.core.ModelcarException as writing would fail with
   */
  default boolean checkUploads() {
    return true;
  }

  /**
   * How many more bytes its owner may store here; empty where the location does not say. May ask a
   * server, once, and never fails.
   */
  default OptionalLong room() {
    return OptionalLong.empty();
  }

  /** Announces the blobs of an image, so that space can be reserved; called once, first. */
  default void prepare(List<BlobContent> blobs) {}

  /** Whether the location has the complete blob; never cached. */
  boolean has(Descriptor blob);

  /**
   * Mounts a blob from another repository of the same registry.
   *
   * @return false if that is not possible
   */
  default boolean mount(Descriptor blob, String fromRepository) {
    return false;
  }

  /**
   * Writes a blob, with retries and resumed uploads.
   *
   * @param memory of this upload, from earlier runs and for later ones
   * @return its digest
   */
  Digest write(BlobContent content, UploadMemory memory, TransferListener listener);

  /**
   * Writes a manifest that belongs to an image: one that an index lists, or a referrer, which is
   * found from its subject once the image is published.
   *
   * @param tag its own name, if it has one
   * @throws MissingBlobsException if blobs are missing after all
   */
  void writeManifest(RawManifest manifest, Optional<String> tag) throws MissingBlobsException;

  /**
   * Publishes an image whose blobs are present, and reads it back.
   *
   * @param tag its name; a registry keeps an image without one under its digest only
   * @throws MissingBlobsException if blobs are missing after all
   */
  void publish(RawManifest manifest, Optional<String> tag) throws MissingBlobsException;

  /**
   * Deletes a manifest and the tags that point to it.
   *
   * @return false if the location does not delete, or has no such manifest
   */
  default boolean delete(Digest manifest) {
    return false;
  }

  /**
   * Deletes an image as a user asks for it.
   *
   * @param tag to be deleted; without it the manifest and all tags that point to it
   * @throws dev.modelcar.core.ModelcarException if the location does not delete, or not this alone
   */
  default void remove(Optional<String> tag, Digest manifest) {
    throw new dev.modelcar.core.ModelcarException(
        OciError.TARGET_INVALID,
        location() + " cannot be changed",
        "Delete the file, or write another one without the image.",
        null);
  }

  @Override
  void close();
}
