package dev.modelcar.cli.commands.registration;

import dev.modelcar.cli.commands.registration.RegistrationDocument.EntryDocument;
import dev.modelcar.cli.views.Console;
import dev.modelcar.modelregistry.Entry;
import dev.modelcar.modelregistry.ModelRegistry;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** All that a Model Registry says of a model, or of a version. */
@CommandLine.Command(
    name = "show",
    description = "Shows a model, or one of its versions with the image.",
    footerHeading = "%nExamples:%n",
    footer = {"  modelcar registry show qwen3", "  modelcar registry show qwen3 0.6b"})
final class RegistryShowCommand extends ServerCommand {
  @Parameters(index = "0", paramLabel = "MODEL", description = "the model")
  String model = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "VERSION", description = "its version")
  @Nullable String version;

  private record Document(
      String modelRegistry,
      EntryDocument model,
      Optional<EntryDocument> version,
      List<EntryDocument> artifacts) {}

  @Override
  int run(Console console, ModelRegistry opened) {
    Entry found = model(opened, model);
    Optional<Entry> one = Optional.ofNullable(version).map(name -> version(opened, found, name));
    List<Entry> artifacts = one.map(opened::artifacts).orElse(List.of());
    details(console, found);
    one.ifPresent(entry -> details(console, entry));
    artifacts.forEach(entry -> details(console, entry));
    console.document(
        new Document(
            opened.host(),
            EntryDocument.of(found),
            one.map(EntryDocument::of),
            artifacts.stream().map(EntryDocument::of).toList()));
    return 0;
  }

  private static void details(Console console, Entry entry) {
    show(console, entry, "");
    EntryDocument document = EntryDocument.of(entry);
    entry.uri().ifPresent(uri -> console.result("  uri                %s".formatted(uri)));
    document.fields().forEach((name, text) -> detail(console, name, text));
    document.properties().forEach((name, text) -> detail(console, name, text));
  }

  /** A model card is a page of its own. */
  private static void detail(Console console, String name, String text) {
    String line = text.strip();
    console.result(
        "  %-18s %s".formatted(name, line.length() > 200 ? line.substring(0, 200) + "…" : line));
  }
}
