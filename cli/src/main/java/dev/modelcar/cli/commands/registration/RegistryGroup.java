package dev.modelcar.cli.commands.registration;

import dev.modelcar.cli.options.Program;
import dev.modelcar.cli.views.Environment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParentCommand;

/** What a Model Registry has. */
@CommandLine.Command(
    name = "registry",
    description = "Lists, archives and restores what a Model Registry has.",
    subcommands = {
      RegistryListCommand.class,
      RegistryShowCommand.class,
      RegistryStateCommand.Archive.class,
      RegistryStateCommand.Restore.class,
      RegistryCatalogCommand.class
    })
public final class RegistryGroup implements Program, Runnable {
  @ParentCommand @Nullable Program program;

  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;

  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  private Program program() {
    return Objects.requireNonNull(program);
  }

  @Override
  public Environment environment() {
    return program().environment();
  }

  @Override
  public int run(Environment environment, String... arguments) {
    return program().run(environment, arguments);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "missing command");
  }
}
