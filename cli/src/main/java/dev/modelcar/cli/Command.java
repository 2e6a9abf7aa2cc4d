package dev.modelcar.cli;

import java.time.LocalTime;
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
   * How progress is shown here: as a bar to a person, as lines to a log, not at all if unwanted.
   */
  Progress progress(Console console, String doing) {
    boolean bars = environment().variable("HF_HUB_DISABLE_PROGRESS_BARS").isEmpty();
    boolean person = environment().terminal() && !output.quiet && !output.verbose && bars;
    return new Progress(
        person
            ? new TerminalView(console, environment(), doing)
            : new LogView(console, LocalTime::now),
        System::nanoTime);
  }
}
