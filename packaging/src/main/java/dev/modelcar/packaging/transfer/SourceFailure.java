package dev.modelcar.packaging.transfer;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Why nothing more can come of a delivery: its source has failed. Only the first reason counts. */
final class SourceFailure {
  private final AtomicReference<Optional<ModelcarException>> reason =
      new AtomicReference<>(Optional.empty());

  boolean isOver() {
    return reason.get().isPresent();
  }

  /** Does something that reads the source; what it throws ends the delivery. */
  void guard(Runnable reading) {
    try {
      reading.run();
    } catch (ModelcarException e) {
      note(e);
    } catch (RuntimeException | Error e) {
      note(new ModelcarException(CoreError.UNEXPECTED, "unexpected: " + e, e));
    }
  }

  private void note(ModelcarException e) {
    reason.updateAndGet(first -> first.isPresent() ? first : Optional.of(e));
  }

  /** Throws the reason, if there is one. */
  void rethrow() {
    Optional<ModelcarException> found = reason.get();
    if (found.isPresent()) {
      throw found.get();
    }
  }
}
