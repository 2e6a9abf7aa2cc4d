package dev.modelcar.cli;

import dev.modelcar.core.Json;
import picocli.CommandLine;

/** Says which version this is. */
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
