package dev.modelcar.oci;

import dev.modelcar.core.Digest;
import java.util.List;
import java.util.Optional;

/**
 * Writes images to one place. Blobs come first, in any order and several at once; an image is there
 * only after its manifest was {@linkplain #publish published}. Closing it ends what is under way
 * and leaves nothing that looks like an image.
 */
public interface ImageWriter extends AutoCloseable {

  /** The place, without tag. */
  ImageReference place();

  /**
   * Finds out whether an image could be written here, as far as that goes without leaving a trace.
   *
   * @throws dev.modelcar.core.ModelcarException as writing would end with
   */
  default void checkWritable() {}

  /** Announces the blobs of an image, so that room can be made for them; called once, first. */
  default void prepare(List<BlobContent> blobs) {}

  /** Whether a blob is there, whole; asked of the place, not of memory. */
  boolean has(Descriptor blob);

  /**
   * Takes a blob from another repository of the same place without moving its bytes.
   *
   * @return false if that is not possible
   */
  default boolean mount(Descriptor blob, String fromRepository) {
    return false;
  }

  /**
   * Writes a blob, whatever it takes: it is repeated and resumed until it is there or cannot be.
   *
   * @param memory of this upload, from earlier runs and for later ones
   * @return its digest
   */
  Digest write(BlobContent content, UploadMemory memory, TransferListener listener);

  /**
   * Writes a manifest that belongs to an image: that an index will name, or that refers to another
   * one. What refers is found from its subject afterwards, once the image is published.
   *
   * @param tag its own name, if it has one
   * @throws MissingBlobsException if the place does not have all blobs after all
   */
  void writeManifest(RawManifest manifest, Optional<String> tag) throws MissingBlobsException;

  /**
   * Makes an image of blobs that are there, and reads back what the place holds.
   *
   * @param tag its name; a registry keeps an image without one under its digest only
   * @throws MissingBlobsException if the place does not have all blobs after all
   */
  void publish(RawManifest manifest, Optional<String> tag) throws MissingBlobsException;

  /**
   * Removes a manifest that has served its purpose, and the tags that point to it.
   *
   * @return false if the place removes nothing, or has no such manifest
   */
  default boolean delete(Digest manifest) {
    return false;
  }

  @Override
  void close();
}
