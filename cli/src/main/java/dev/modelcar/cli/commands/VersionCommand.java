package dev.modelcar.cli.commands;

import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Version;
import dev.modelcar.core.Json;
import picocli.CommandLine;

/** Prints the version. */
@CommandLine.Command(name = "version", description = "Prints the version.")
final class VersionCommand extends Command {
  @Override
  public Integer call() {
    Console console = console();
    console.result(Version.line());
    console.document(
        Json.object().put("version", Version.text()).put("java", Runtime.version().toString()));
    return 0;
  }
}
