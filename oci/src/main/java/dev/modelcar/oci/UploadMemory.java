package dev.modelcar.oci;

import java.net.URI;
import java.util.Optional;

/**
 * What is remembered of the upload of one blob to one location, so that another run can resume it.
 * Whoever has it open has it alone.
 */
public interface UploadMemory extends AutoCloseable {

  /**
   * An upload that was begun.
   *
   * @param session where it goes on: the registry's address, or a file
   * @param confirmed how many bytes the place was known to have
   */
  record OpenUpload(URI session, long confirmed) {}

  /** The upload that an earlier run left. */
  Optional<OpenUpload> recall();

  /** The upload was begun or moved on. */
  void remember(OpenUpload upload);

  /** The upload is over, for good or bad. */
  void forget();

  /** Nobody works on the upload any more; what is remembered stays. */
  @Override
  default void close() {}

  /** Remembers nothing. */
  static UploadMemory none() {
    return new UploadMemory() {
      @Override
      public Optional<OpenUpload> recall() {
        return Optional.empty();
      }

      @Override
      public void remember(OpenUpload upload) {}

      @Override
      public void forget() {}
    };
  }
}
