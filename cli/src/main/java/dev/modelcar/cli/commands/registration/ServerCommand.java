package dev.modelcar.cli.commands.registration;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.modelregistry.Entry;
import dev.modelcar.modelregistry.EntryKind;
import dev.modelcar.modelregistry.ModelRegistry;
import dev.modelcar.modelregistry.ModelRegistryError;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** What commands on entries of a Model Registry have in common. */
abstract class ServerCommand extends RegistryCommand {
  @Mixin ServerOptions server = new ServerOptions();

  @Override
  public final Integer call() {
    Console console = console();
    registry.giveTokenToModelRegistry();
    try (Session session = session()) {
      return run(console, server.open(session, console));
    }
  }

  abstract int run(Console console, ModelRegistry opened);

  static Entry model(ModelRegistry server, String name) {
    return found(server, server.findModel(name), EntryKind.MODEL, name);
  }

  static Entry version(ModelRegistry server, Entry model, String name) {
    return found(server, server.findVersion(model, name), EntryKind.VERSION, name);
  }

  private static Entry found(
      ModelRegistry server, Optional<Entry> entry, EntryKind kind, String name) {
    return entry.orElseThrow(() ->
        new ModelcarException(
            ModelRegistryError.MODEL_REGISTRY_ENTRY_NOT_FOUND,
            "the Model Registry %s has no %s %s".formatted(server.host(), kind.word(), name)));
  }

  static void show(Console console, Entry entry, String text) {
    console.result(
        "%-8s %-5s %-9s %s%s"
            .formatted(
                entry.kind().word(),
                entry.id(),
                entry.state(),
                entry.name(),
                text.isEmpty() ? "" : "  " + text));
  }
}
