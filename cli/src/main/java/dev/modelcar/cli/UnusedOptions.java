package dev.modelcar.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options that come with a group of options, and do nothing for a command. They are accepted, so
 * that scripts may set them for all commands alike, but are not in its help.
 */
final class UnusedOptions {
  private static final String MEMORY = "--memory";
  private static final String PARALLEL = "--parallel";
  private static final String RESULTS = "--results-dir";

  private static final Map<String, List<String>> OF_COMMANDS =
      Map.ofEntries(
          Map.entry("plan", List.of(MEMORY)),
          Map.entry("seal", List.of(MEMORY)),
          Map.entry("inspect", List.of(MEMORY, PARALLEL, RESULTS)),
          Map.entry("size", List.of(MEMORY, PARALLEL, RESULTS)),
          Map.entry("lint", List.of(RESULTS)),
          Map.entry("diff", List.of(MEMORY, PARALLEL, RESULTS)),
          Map.entry("tags", List.of(MEMORY, RESULTS)),
          Map.entry("tag", List.of(MEMORY, PARALLEL, RESULTS)),
          Map.entry("rm", List.of(MEMORY, PARALLEL, RESULTS)),
          Map.entry("mirror", List.of(RESULTS)),
          Map.entry("login", List.of(MEMORY, PARALLEL, RESULTS)),
          Map.entry("logout", List.of(RESULTS)),
          Map.entry("explain", List.of(RESULTS)),
          Map.entry("demo", List.of(RESULTS)),
          Map.entry("bundle", List.of(MEMORY, PARALLEL)),
          Map.entry("deploy", List.of(MEMORY, PARALLEL)),
          Map.entry("status", List.of(MEMORY, PARALLEL, RESULTS)),
          Map.entry("rollback", List.of(RESULTS)),
          Map.entry("undeploy", List.of(RESULTS)),
          Map.entry("report", List.of(MEMORY, PARALLEL)),
          Map.entry("register", List.of(MEMORY)),
          Map.entry("registry list", List.of(MEMORY, PARALLEL, RESULTS)),
          Map.entry("registry show", List.of(MEMORY, PARALLEL, RESULTS)),
          Map.entry("registry archive", List.of(MEMORY, PARALLEL, RESULTS)),
          Map.entry("registry restore", List.of(MEMORY, PARALLEL, RESULTS)),
          Map.entry("registry catalog", List.of(MEMORY, RESULTS)));

  private UnusedOptions() {}

  static void hide(CommandLine program) {
    OF_COMMANDS.forEach((name, options) -> {
      CommandLine command = program;
      for (String word : name.split(" ", -1)) {
        command = command == null ? null : command.getSubcommands().get(word);
      }
      if (command != null) {
        CommandSpec spec = command.getCommandSpec();
        options.forEach(option -> hide(spec, option));
      }
    });
  }

  private static void hide(CommandSpec command, String name) {
    OptionSpec option = command.findOption(name);
    if (option != null) {
      command.remove(option);
      command.addOption(OptionSpec.builder(option).hidden(true).build());
    }
  }
}
