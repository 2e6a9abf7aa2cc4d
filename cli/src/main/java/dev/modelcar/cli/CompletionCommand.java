package dev.modelcar.cli;

import java.util.Objects;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Completion for shells. */
@CommandLine.Command(
    name = "completion",
    description = "Prints a script that lets bash and zsh complete commands and options.",
    footerHeading = "%nExample:%n",
    footer = "  source <(modelcar completion)")
final class CompletionCommand extends Command {
  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public Integer call() {
    CommandLine root = Objects.requireNonNull(spec.parent()).commandLine();
    environment().out().print(AutoComplete.bash("modelcar", root));
    environment().out().flush();
    return 0;
  }
}
