package dev.modelcar.cli.commands.shell;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.views.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** Prints a script for shells, which asks this command for words that only it knows. */
@CommandLine.Command(
    name = "completion",
    description =
        "Prints a script for bash and zsh that completes commands, options and their values, models in the Hub's cache and"
            + " the tags of registries that respond quickly.",
    footerHeading = "%nExample:%n",
    footer = "  source <(modelcar completion)")
public final class CompletionCommand extends RegistryCommand {
  private static final String CHOICE = "[A-Za-z0-9.-]+(?:\\|[A-Za-z0-9.-]+)+";

  @CommandLine.Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--words",
      paramLabel = "BEGINNING",
      hidden = true,
      description = "for the script: the words that begin so, one a line")
  @Nullable String beginning;

  @Override
  public Integer call() {
    Console console = console();
    if (beginning != null) {
      new Words(console, registry).of(beginning).forEach(word -> console.script(word + "\n"));
      return 0;
    }
    CommandLine root = Objects.requireNonNull(spec.parent()).commandLine();
    offerChoices(root);
    console.script(AutoComplete.bash("modelcar", root) + words());
    return 0;
  }

  /** The values that an option's label lists are its candidates. */
  private static void offerChoices(CommandLine command) {
    CommandSpec of = command.getCommandSpec();
    for (OptionSpec option : List.copyOf(of.options())) {
      if (option.paramLabel().matches(CHOICE)
          && option.completionCandidates() == null
          && option.group() == null) {
        List<String> words =
            List.of(option.paramLabel().split("\\|")).stream()
                .filter(word -> !word.matches("[A-Z]+"))
                .toList();
        of.remove(option);
        of.addOption(OptionSpec.builder(option).completionCandidates(words).build());
      }
    }
    command.getSubcommands().values().forEach(CompletionCommand::offerChoices);
  }

  private static String words() {
    try (InputStream script = CompletionCommand.class.getResourceAsStream("words.bash")) {
      return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
