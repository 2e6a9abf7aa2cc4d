package dev.modelcar.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The program. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    // Words are English, so numbers are written the English way, too, wherever this runs.
    Locale.setDefault(Locale.ROOT);
    // UTF-8 whatever the locale says: names of files are UTF-8, and so is JSON.
    OutputStream outDevice = new FileOutputStream(FileDescriptor.out);
    OutputStream errDevice = new FileOutputStream(FileDescriptor.err);
    Optional<Terminal> terminal =
        isTerminal()
            ? Optional.of(Terminal.ofStandardError(errDevice, System.getenv()))
            : Optional.empty();
    StandardOutput output =
        new StandardOutput(terminal.map(shown -> shown.above(outDevice)).orElse(outDevice));
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(
            terminal.map(shown -> shown.above(errDevice)).orElse(errDevice),
            true,
            StandardCharsets.UTF_8);
    Environment environment = new Environment(System.getenv(), System.in, out, err, terminal);
    Interruption interruption = Interruption.install(Thread.currentThread());
    int code = Cli.run(environment, arguments);
    interruption.finished();
    System.exit(output.finish(code, err));
  }

  /** Whether a person looks at standard error, which is where progress goes. */
  private static boolean isTerminal() {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
