package dev.modelcar.cli.options;

import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Environment;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** What commands have in common. */
public abstract class Command implements Callable<Integer> {
  @ParentCommand @Nullable Program program;

  @Mixin OutputOptions output = new OutputOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;

  protected final Program program() {
    return Objects.requireNonNull(program);
  }

  protected final Environment environment() {
    return program().environment();
  }

  public final Console console() {
    return output.console(environment());
  }

  /** Whether the command can print Markdown. */
  public boolean hasMarkdown() {
    return false;
  }

  /** Whether Markdown is asked for. */
  public final boolean markdown() {
    return output.markdown();
  }
}
