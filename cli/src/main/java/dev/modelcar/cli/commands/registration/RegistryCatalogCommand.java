package dev.modelcar.cli.commands.registration;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.modelregistry.Contents;
import dev.modelcar.modelregistry.Property;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.packaging.facts.FactsReader;
import dev.modelcar.packaging.facts.ImageFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a model catalogue needs to know of an image. */
@CommandLine.Command(
    name = "catalog",
    description = "Prints the entry of an image for the YAML source of a model catalogue.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar registry catalog quay.io/team/qwen3:0.6b > catalog.yaml",
      "",
      "The file is the source of a catalogue as it is; in one that exists, add its entry"
          + " below `models:`."
    })
final class RegistryCatalogCommand extends RegistryCommand {
  @Parameters(index = "0", paramLabel = "IMAGE", description = "an image in a registry")
  String image = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "name of the model (default: the one in its title, or the repository's)")
  @Nullable String name;

  @Option(names = "--source", paramLabel = "NAME", description = "name of the catalogue's source")
  String source = "modelcar";

  /** An entry of the catalogue's source, with the keys that it has there. */
  private record Model(
      String name, Map<String, Object> details, Map<String, String> properties, String uri) {}

  @Override
  public Integer call() {
    Console console = console();
    try (Session session = session()) {
      ImageReference reference = session.reference(image);
      if (!(reference instanceof ImageReference.Registry inRegistry)) {
        throw Usage.invalid("catalog takes an image in a registry, not " + reference);
      }
      ImageFacts facts =
          new FactsReader(session.reader(reference), transfer.parallel()).read(reference);
      facts.notes().forEach(console::note);
      String called =
          name != null ? name : facts.annotation("title").orElse(inRegistry.repository());
      Model model = model(called, facts, RegisterCommand.uri(reference, facts));
      Map<String, Object> entry = entry(model);
      console.document(Map.of("source", source), Map.of("models", List.of(entry)));
      if (!console.json()) {
        yaml(model).forEach(console::result);
      }
      return 0;
    }
  }

  private static Model model(String called, ImageFacts facts, String uri) {
    RegistrationContents contents = new RegistrationContents(facts);
    Contents about = contents.model();
    Map<String, Object> details = new LinkedHashMap<>();
    about.texts().forEach(details::put);
    about.lists().forEach(details::put);
    SortedMap<String, String> properties = new TreeMap<>();
    for (Map.Entry<String, Property> one : about.and(contents.version()).properties().entrySet()) {
      properties.put(one.getKey(), one.getValue().value());
    }
    return new Model(called, details, properties, uri);
  }

  private static Map<String, Object> entry(Model model) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", model.name());
    entry.putAll(model.details());
    Map<String, Object> properties = new LinkedHashMap<>();
    model
        .properties()
        .forEach((key, value) ->
            properties.put(
                key, Map.of("metadataType", "MetadataStringValue", "string_value", value)));
    entry.put("customProperties", properties);
    entry.put("artifacts", List.of(Map.of("uri", model.uri())));
    return entry;
  }

  /** Texts in the quotes of JSON are texts in YAML. */
  private List<String> yaml(Model model) {
    List<String> lines = new ArrayList<>();
    lines.add("source: " + quoted(source));
    lines.add("models:");
    lines.add("  - name: " + quoted(model.name()));
    model
        .details()
        .forEach((key, value) -> {
          if (value instanceof List<?> words) {
            lines.add("    " + key + ":");
            words.forEach(word -> lines.add("      - " + quoted(String.valueOf(word))));
          } else {
            lines.add("    " + key + ": " + quoted(String.valueOf(value)));
          }
        });
    lines.add("    customProperties:");
    model
        .properties()
        .forEach((key, value) -> {
          lines.add("      " + quoted(key) + ":");
          lines.add("        metadataType: MetadataStringValue");
          lines.add("        string_value: " + quoted(value));
        });
    lines.add("    artifacts:");
    lines.add("      - uri: " + quoted(model.uri()));
    return lines;
  }

  private static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }
}
