package dev.modelcar.core;

/** What kind of failure an {@link ErrorCode} is; it fixes the exit code of a command. */
public enum ErrorCategory {
  /** A bug of this program. */
  INTERNAL(1),
  /** The command line says something that no command means. */
  USAGE(2),
  /** The source, the target or an option was looked at and refused; nothing was published. */
  REFUSED(3),
  /** Credentials are missing, wrong, expired, or do not allow what was asked. */
  UNAUTHORIZED(4),
  /** What was named does not exist. */
  NOT_FOUND(5),
  /** A server, the network or a disk failed. */
  REMOTE(6),
  /** Bytes are not what their digest or their size promised. */
  VERIFICATION(7),
  /** Some targets have the image, some have not. */
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
