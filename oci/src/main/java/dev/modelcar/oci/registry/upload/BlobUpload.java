package dev.modelcar.oci.registry.upload;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpError;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.WrongContentException;
import dev.modelcar.oci.registry.client.RepositoryClient;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Uploads one blob: starts an upload, sends the content in one request or in pieces, and closes it
 * with the digest. After a failure, it asks the registry for the offset and resumes there, or
 * starts over.
 */
public final class BlobUpload {
  /** How often an upload may start over; each time after a wait. */
  static final int MAX_RESTARTS = 25;

  private static final int MAX_CONTENT_FAILURES = 3;

  private final RepositoryClient repository;
  private final BlobContent content;
  private final UploadState state;
  private final UploadPieces pieces;
  private final UploadClosing closing;

  private int restarts;
  private int contentFailures;

  /**
   * @param present whether the repository holds a blob
   */
  public BlobUpload(
      RepositoryClient repository,
      Predicate<Descriptor> present,
      BlobContent content,
      UploadMemory memory,
      TransferListener listener) {
    this.repository = repository;
    this.content = content;
    this.state = new UploadState(repository, present, content, memory, listener);
    this.pieces = new UploadPieces(state);
    this.closing = new UploadClosing(state);
  }

  /** Sends the blob and returns its digest. */
  public Digest run() {
    try (state) {
      state.recall();
      while (true) {
        try {
          if (!state.isOpen()) {
            if (isAlreadyPresent()) {
              return state.digest();
            }
            begin();
          }
          while (!state.isComplete()) {
            pieces.send();
          }
          state.readToTheEnd();
          if (closing.close(state.digest())) {
            state.done();
            return state.digest();
          }
        } catch (UploadLostException e) {
          startOver(String.valueOf(e.getMessage()));
        } catch (WrongContentException e) {
          wrong(CoreError.CONTENT_MISMATCH, String.valueOf(e.getMessage()));
        } catch (WrongUploadException e) {
          wrong(OciError.REGISTRY_CONTENT_MISMATCH, String.valueOf(e.getMessage()));
        }
      }
    } catch (IOException e) {
      throw new ModelcarException(
          HttpError.NETWORK_BROKEN, state.what() + ": " + e.getMessage(), e);
    } catch (ModelcarException e) {
      // A host that took bytes was reached, so that its name is right.
      boolean began = state.isOpen() && state.confirmed() == 0;
      throw began ? UploadStart.failure(repository.host(), state.address(), e) : e;
    }
  }

  /** After the first attempt the digest is known, and the closing request may have succeeded. */
  private boolean isAlreadyPresent() {
    return restarts > 0 && content.digest().isPresent() && state.isPresent(content.digest().get());
  }

  private void begin() {
    state.started(new UploadStart(repository).send(content.name(), state.listener()::waiting));
  }

  private void startOver(String why) {
    state.lost();
    boolean waited = state.retries().failures() > 0;
    if (++restarts > MAX_RESTARTS
        || (!waited && !state.retries().waitForNext(Optional.empty(), state.what() + ": " + why))) {
      throw new ModelcarException(
          OciError.REGISTRY_UPLOAD_LOST,
          "%s started over %d times: %s".formatted(state.what(), restarts, why));
    }
    pieces.startOver(restarts);
    state.listener().resumed(0);
  }

  private void wrong(ErrorCode code, String why) throws IOException {
    if (++contentFailures > MAX_CONTENT_FAILURES) {
      throw new ModelcarException(code, why);
    }
    state.cancel();
    startOver(why);
  }
}
