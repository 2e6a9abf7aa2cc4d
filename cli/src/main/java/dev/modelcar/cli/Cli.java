package dev.modelcar.cli;

import dev.modelcar.cli.commands.Commands;
import dev.modelcar.cli.commands.ModelcarCommand;
import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.OutputOptions;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Environment;
import dev.modelcar.cli.views.Version;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The whole command line for a given environment. */
public final class Cli {
  private Cli() {}

  /** Runs one command and returns its exit code; nothing is thrown. */
  public static int run(Environment environment, String... arguments) {
    List<String> words = List.of(arguments);
    if (words.equals(List.of("version")) || words.equals(List.of("--version"))) {
      // Scripts call this often: print without setting up a command line.
      Console.of(environment).result(Version.line());
      return 0;
    }
    CommandLine commandLine = new CommandLine(new ModelcarCommand(environment, Cli::run));
    Commands.addTo(commandLine, words);
    commandLine.registerConverter(Path.class, Cli::path);
    UnusedOptions.hide(commandLine);
    OutputForms.show(commandLine);
    commandLine.setOut(new PrintWriter(environment.out(), true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(environment.err(), true, StandardCharsets.UTF_8));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setParameterExceptionHandler(
        (exception, given) -> usage(environment, exception, List.of(given)));
    commandLine.setExecutionExceptionHandler(
        (exception, failed, parsed) -> failure(environment, exception, failed));
    commandLine.setExecutionStrategy(parsed -> {
      checkForm(parsed.asCommandLineList().getLast());
      return new CommandLine.RunLast().execute(parsed);
    });
    int code = commandLine.execute(arguments);
    called(commandLine).ifPresent(command -> command.end(code));
    return code;
  }

  private static void checkForm(CommandLine line) {
    if (line.getCommand() instanceof Command command) {
      command
          .unknownForm()
          .ifPresent(form -> {
            throw new CommandLine.ParameterException(
                line,
                "this command does not print %s: use %s"
                    .formatted(
                        form,
                        command.forms().stream()
                            .map(Enum::name)
                            .collect(Collectors.joining(" or "))));
          });
    }
  }

  /** The command that was carried out, if it came to that. */
  private static Optional<Command> called(CommandLine program) {
    CommandLine.ParseResult parsed = program.getParseResult();
    while (parsed != null && parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
    }
    return parsed != null && parsed.commandSpec().userObject() instanceof Command command
        ? Optional.of(command)
        : Optional.empty();
  }

  private static int usage(
      Environment environment, CommandLine.ParameterException exception, List<String> arguments) {
    CommandLine command = exception.getCommandLine();
    boolean json = wantsJson(command, arguments);
    Console console =
        new Console(environment, json, false, false, Optional.empty(), Optional.empty());
    Optional<String> meaning =
        exception instanceof CommandLine.UnmatchedArgumentException unmatched
            ? PeerWords.meaning(unmatched.getUnmatched())
            : Optional.empty();
    String suggested = meaning.orElseGet(() -> similar(exception));
    return console.failure(
        new ModelcarException(
            CoreError.USAGE_INVALID,
            String.valueOf(exception.getMessage()),
            (suggested.isEmpty() ? "" : suggested + "; ")
                + ("see `" + command.getCommandSpec().qualifiedName() + " --help`"),
            null));
  }

  private static String similar(CommandLine.ParameterException exception) {
    StringWriter suggestions = new StringWriter();
    CommandLine.UnmatchedArgumentException.printSuggestions(
        exception, new PrintWriter(suggestions, true));
    return suggestions.toString().strip();
  }

  /** An empty path is a variable that is not set, and would mean the current folder. */
  private static Path path(String text) {
    if (text.isBlank()) {
      throw new CommandLine.TypeConversionException("the path is empty");
    }
    return Path.of(text);
  }

  /** Whether JSON was requested, as far as invalid arguments show. */
  private static boolean wantsJson(CommandLine command, List<String> arguments) {
    OptionSpec output = command.getCommandSpec().findOption("--output");
    if (output != null && !output.type().equals(OutputOptions.Form.class)) {
      return false;
    }
    return String.join("\n", arguments).matches("(?is)(.*\n)?(--output[=\n]|-o[=\n]?)json(\n.*)?");
  }

  private static int failure(Environment environment, Exception exception, CommandLine failed) {
    Console console =
        failed.getCommand() instanceof Command command
            ? command.console()
            : Console.of(environment);
    return console.failure(
        exception instanceof ModelcarException known
            ? known
            : new ModelcarException(CoreError.UNEXPECTED, "unexpected: " + exception, exception));
  }
}
