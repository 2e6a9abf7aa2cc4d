package dev.modelcar.cli.views;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ErrorCode;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Optional;

/**
 * Standard output that remembers why a write failed: a print stream swallows it, and a result that
 * nobody can read is no success.
 */
public final class StandardOutput extends FilterOutputStream {
  private Optional<IOException> failure = Optional.empty();

  public StandardOutput(OutputStream out) {
    super(out);
  }

  @Override
  public synchronized void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = failure.or(() -> Optional.of(e));
      throw e;
    }
  }

  /** The exit code, which is an error's if the results could not be written. */
  public synchronized int finish(int code, PrintStream err) {
    String why = failure.map(IOException::getMessage).orElse("");
    // A reader that closes the pipe has what it needs: `modelcar inspect … | head -1`.
    if (code != 0 || failure.isEmpty() || why.contains("Broken pipe")) {
      return code;
    }
    ErrorCode error = why.contains("No space left") ? CoreError.DISK_FULL : CoreError.DISK_FAILED;
    Console.error(err, "cannot write to standard output: " + why, error.hint(), error.id());
    return error.category().exitCode();
  }
}
