package dev.modelcar.source;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;

/**
 * An entry of a source that cannot be packed.
 *
 * @param path within the snapshot, as well as it can be written
 * @param code what is wrong with it
 * @param message the same as a sentence
 * @param hint what to do about it
 */
public record UnusableEntry(String path, ErrorCode code, String message, String hint) {
  public UnusableEntry(String path, ErrorCode code, String message) {
    this(path, code, message, code.hint());
  }

  public ModelcarException toException() {
    return new ModelcarException(code, message, hint, null);
  }
}
