package dev.modelcar.cli.commands.shell;

import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Writes the manual pages, one for each command. */
@CommandLine.Command(
    name = "man",
    description = "Writes manual pages (section 1), one for each command, for `man modelcar-ship`.",
    footerHeading = "%nExample:%n",
    footer = "  modelcar man --output-dir ~/.local/share/man/man1")
public final class ManCommand extends Command {
  @CommandLine.Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--output-dir",
      paramLabel = "DIR",
      required = true,
      description = "folder to write them to; it is created")
  Path folder = Path.of("");

  @Override
  public Integer call() {
    Console console = console();
    CommandLine root = Objects.requireNonNull(spec.parent()).commandLine();
    try {
      Files.createDirectories(folder);
      int count = write(root, "modelcar");
      console.result("%d pages in %s".formatted(count, folder));
    } catch (IOException e) {
      throw new ModelcarException(
          CoreError.DISK_FAILED, "%s cannot be written: %s".formatted(folder, IoReason.of(e)), e);
    }
    return 0;
  }

  private int write(CommandLine command, String name) throws IOException {
    List<CommandLine> below =
        command.getSubcommands().values().stream()
            .distinct()
            .filter(each -> !each.getCommandSpec().usageMessage().hidden())
            .toList();
    Files.writeString(folder.resolve(name + ".1"), ManPage.of(name, command, below));
    int count = 1;
    for (CommandLine each : below) {
      count += write(each, name + "-" + each.getCommandName());
    }
    return count;
  }
}
