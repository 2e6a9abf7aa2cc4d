package dev.modelcar.cli.commands;

import dev.modelcar.cli.options.Command;
import java.util.Objects;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Prints a script for shells. */
@CommandLine.Command(
    name = "completion",
    description = "Prints a script for bash and zsh that completes commands and options.",
    footerHeading = "%nExample:%n",
    footer = "  source <(modelcar completion)")
final class CompletionCommand extends Command {
  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public Integer call() {
    CommandLine root = Objects.requireNonNull(spec.parent()).commandLine();
    console().script(AutoComplete.bash("modelcar", root));
    return 0;
  }
}
