package dev.modelcar.core;

/** What kind of failure an {@link ErrorCode} is; it fixes the exit code of a command. */
public enum ErrorCategory {
  /** A bug of this program. */
  INTERNAL(1),
  /** The command line is invalid. */
  USAGE(2),
  /** The source, the target or an option was looked at and refused; nothing was published. */
  REFUSED(3),
  /** Credentials are missing, wrong, expired, or lack permission. */
  UNAUTHORIZED(4),
  /** What was named does not exist. */
  NOT_FOUND(5),
  /** A server, the network or a disk failed. */
  REMOTE(6),
  /** Content does not match its digest or size. */
  VERIFICATION(7),
  /** Some targets have the image, some do not. */
  PARTLY(8),
  /** Preflight, lint or diagnosis found something. */
  FINDINGS(9),
  /** The user or the system asked the run to stop. */
  INTERRUPTED(130);

  private final int exitCode;

  ErrorCategory(int exitCode) {
    this.exitCode = exitCode;
  }

  /** The exit code of a command that ends with a failure of this category. */
  public int exitCode() {
    return exitCode;
  }
}
