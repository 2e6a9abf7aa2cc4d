package dev.modelcar.core;

import static dev.modelcar.core.ErrorCategory.INTERNAL;
import static dev.modelcar.core.ErrorCategory.INTERRUPTED;
import static dev.modelcar.core.ErrorCategory.PARTLY;
import static dev.modelcar.core.ErrorCategory.REMOTE;
import static dev.modelcar.core.ErrorCategory.USAGE;
import static dev.modelcar.core.ErrorCategory.VERIFICATION;

/** Failures of no module in particular: the command line, disks, outcomes. */
@SuppressWarnings("ImmutableEnumChecker") // a record of an enum, a flag and a text
public enum CoreError implements ErrorCode {
  USAGE_INVALID(USAGE, false, "See `modelcar help` or `modelcar COMMAND --help`."),
  CONTENT_MISMATCH(
      VERIFICATION,
      true,
      "The content differs from its digest on every attempt: report it to whoever hosts the model."),
  DISK_FULL(REMOTE, true, "Free space on the disk, then run the same command."),
  DISK_FAILED(REMOTE, true, "Check the disk and its permissions, then run the same command."),
  VERIFICATION_FAILED(
      VERIFICATION, false, "Ship the model again; what is correct is not sent twice."),
  TARGETS_PARTLY_FAILED(
      PARTLY, true, "Run the same command again; targets that have the image are left alone."),
  STOPPED(INTERRUPTED, true, "Run the same command again; what has arrived is not sent twice."),
  UNEXPECTED(
      INTERNAL, false, "This is a bug in modelcar; please report it with the output of --verbose.");

  private final ErrorSpec spec;

  CoreError(ErrorCategory category, boolean retryHelps, String hint) {
    this.spec = new ErrorSpec(category, retryHelps, hint);
  }

  @Override
  public ErrorSpec spec() {
    return spec;
  }
}
