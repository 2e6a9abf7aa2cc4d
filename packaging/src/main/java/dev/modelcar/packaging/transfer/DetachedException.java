package dev.modelcar.packaging.transfer;

/**
 * A target held the others back for too long: it no longer takes part in the common read, and will
 * catch up with a read of its own.
 */
public final class DetachedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DetachedException() {
    super("slower than the other targets; it catches up at the end", null, false, false);
  }
}
