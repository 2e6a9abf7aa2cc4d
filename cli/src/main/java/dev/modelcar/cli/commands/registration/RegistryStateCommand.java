package dev.modelcar.cli.commands.registration;

import dev.modelcar.cli.commands.registration.RegistrationDocument.EntryDocument;
import dev.modelcar.cli.views.Console;
import dev.modelcar.modelregistry.Contents;
import dev.modelcar.modelregistry.Entry;
import dev.modelcar.modelregistry.ModelRegistry;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** Takes a model or a version out of sight, or brings it back. */
abstract class RegistryStateCommand extends ServerCommand {
  private final String state;

  @Parameters(index = "0", paramLabel = "MODEL", description = "the model")
  String model = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VERSION",
      description = "only this version of it")
  @Nullable String version;

  RegistryStateCommand(String state) {
    this.state = state;
  }

  /** Nothing is deleted: the API has no call for it. */
  @CommandLine.Command(
      name = "archive",
      description = "Archives a model or a version; the image stays where it is.")
  static final class Archive extends RegistryStateCommand {
    Archive() {
      super(Entry.ARCHIVED);
    }
  }

  /** The way back. */
  @CommandLine.Command(
      name = "restore",
      description = "Restores a model or a version that was archived.")
  static final class Restore extends RegistryStateCommand {
    Restore() {
      super(Entry.LIVE);
    }
  }

  @Override
  int run(Console console, ModelRegistry opened) {
    Entry found = model(opened, model);
    Entry entry = version == null ? found : version(opened, found, version);
    Entry now = opened.update(entry, state, Contents.none());
    if (now.equals(entry)) {
      console.note("nothing changed");
    }
    show(console, now, "");
    console.document(
        Map.of("modelRegistry", opened.host()), Map.of(now.kind().word(), EntryDocument.of(now)));
    return 0;
  }
}
