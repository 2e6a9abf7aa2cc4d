package dev.modelcar.cli;

import java.time.LocalTime;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** What commands have in common. */
abstract class Command implements Callable<Integer> {
  @ParentCommand @Nullable ModelcarCommand parent;

  @Mixin OutputOptions output = new OutputOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;

  Environment environment() {
    return java.util.Objects.requireNonNull(parent).environment;
  }

  Console console() {
    return new Console(environment(), output);
  }

  /**
   * How progress is shown here: to a person in one line that is drawn again and again, if the
   * terminal can do that, and as lines to a log.
   */
  Progress progress(Console console, String doing) {
    boolean bars =
        environment().variable("HF_HUB_DISABLE_PROGRESS_BARS").isEmpty()
            && !environment().variable("TERM").equals("dumb");
    Optional<Terminal> terminal = environment().terminal();
    if (terminal.isEmpty() || output.quiet || output.verbose || !bars) {
      return new Progress(new LogView(console, LocalTime::now), System::nanoTime);
    }
    boolean color = environment().variable("NO_COLOR").isEmpty();
    return new Progress(new TerminalView(console, terminal.get(), color, doing), System::nanoTime)
        .ticking();
  }
}
