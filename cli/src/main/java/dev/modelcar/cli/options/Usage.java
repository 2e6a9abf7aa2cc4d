package dev.modelcar.cli.options;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;

/** What is wrong with the arguments of a command. */
public final class Usage {
  private Usage() {}

  /** An error in the arguments, to be thrown. */
  public static ModelcarException invalid(String message) {
    return new ModelcarException(CoreError.USAGE_INVALID, message);
  }
}
