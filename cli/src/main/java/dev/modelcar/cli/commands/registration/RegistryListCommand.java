package dev.modelcar.cli.commands.registration;

import dev.modelcar.cli.commands.registration.RegistrationDocument.EntryDocument;
import dev.modelcar.cli.views.Console;
import dev.modelcar.modelregistry.Entry;
import dev.modelcar.modelregistry.ModelRegistry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** The models of a Model Registry, or the versions of one. */
@CommandLine.Command(
    name = "list",
    description = "Lists the models, or the versions of a model.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar registry list --model-registry http://localhost:8080",
      "  modelcar registry list qwen3 --output json"
    })
final class RegistryListCommand extends ServerCommand {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "list the versions of this model")
  @Nullable String model;

  @Override
  int run(Console console, ModelRegistry opened) {
    List<Entry> entries = model == null ? opened.models() : opened.versions(model(opened, model));
    for (Entry entry : entries) {
      show(console, entry, entry.contents().text("description").orElse(""));
    }
    if (entries.isEmpty()) {
      console.note(model == null ? "no models" : "no versions");
    }
    console.document(
        Map.of("modelRegistry", opened.host()),
        Map.of(
            model == null ? "models" : "versions",
            entries.stream().map(EntryDocument::of).toList()));
    return 0;
  }
}
