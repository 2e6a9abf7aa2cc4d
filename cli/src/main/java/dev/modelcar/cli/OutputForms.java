package dev.modelcar.cli;

import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.OutputOptions.Form;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Names in the help of each command the formats that it prints, where they are more than usual. */
final class OutputForms {
  private static final String OPTION = "--output";

  private OutputForms() {}

  static void show(CommandLine program) {
    CommandSpec spec = program.getCommandSpec();
    OptionSpec option = spec.findOption(OPTION);
    if (option != null && spec.userObject() instanceof Command command) {
      List<Form> more = command.moreForms();
      if (!more.isEmpty()) {
        spec.remove(option);
        spec.addOption(
            OptionSpec.builder(option)
                .paramLabel(
                    command.forms().stream().map(Form::name).collect(Collectors.joining("|")))
                .description(
                    "format of the result on standard output (default: ${DEFAULT-VALUE}); "
                        + more.stream().map(OutputForms::meaning).collect(Collectors.joining("; ")))
                .build());
      }
    }
    program.getSubcommands().values().forEach(OutputForms::show);
  }

  private static String meaning(Form form) {
    return switch (form) {
      case text -> "text is for people";
      case json -> "json for programs";
      case sarif -> "sarif is SARIF 2.1.0, for a code review";
      case markdown -> "markdown is for an issue or a chat";
    };
  }
}
