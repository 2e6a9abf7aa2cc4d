package dev.modelcar.cli;

import dev.modelcar.cli.views.Environment;
import dev.modelcar.cli.views.ShutdownHook;
import dev.modelcar.cli.views.StandardOutput;
import dev.modelcar.cli.views.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** The program. */
public final class Main {
  /** The time that an interrupted command has to clean up. */
  private static final Duration GRACE = Duration.ofMillis(1500);

  private Main() {}

  public static void main(String[] arguments) {
    // Texts are English, so numbers are formatted the English way as well.
    Locale.setDefault(Locale.ROOT);
    // UTF-8 in any locale: file names and JSON are UTF-8.
    OutputStream outDevice = new FileOutputStream(FileDescriptor.out);
    OutputStream errDevice = new FileOutputStream(FileDescriptor.err);
    Optional<Terminal> terminal =
        isTerminal(2)
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
    Environment environment =
        new Environment(System.getenv(), System.in, out, err, terminal, isTerminal(1));
    int code;
    try (ShutdownHook _ = new ShutdownHook(Thread.currentThread()::interrupt, GRACE)) {
      code = Cli.run(environment, arguments);
    }
    System.exit(output.finish(code, err));
  }

  /** Whether what a descriptor of this process leads to is a terminal. */
  private static boolean isTerminal(int descriptor) {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
