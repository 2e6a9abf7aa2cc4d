package dev.modelcar.cli.commands.registration;

import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.views.Console;
import dev.modelcar.modelregistry.Entry;
import dev.modelcar.modelregistry.EntryKind;
import dev.modelcar.modelregistry.ModelRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** What a Model Registry says of an image that is served. */
public final class RegisteredImage {
  @Mixin ServerOptions server = new ServerOptions();

  /**
   * A registered version.
   *
   * @param images that it points to
   */
  public record Version(String host, String name, String state, List<String> images) {}

  /**
   * The version that the labels of an InferenceService name; nothing if they name none, or no Model
   * Registry was asked for.
   */
  public Optional<Version> version(Session session, Console console, Map<String, String> labels) {
    Optional<String> id =
        labels.entrySet().stream()
            .filter(label -> label.getKey().endsWith("/" + ServedVersion.VERSION_ID))
            .map(Map.Entry::getValue)
            .findFirst();
    if (id.isEmpty() || !server.isGiven()) {
      return Optional.empty();
    }
    ModelRegistry registry = server.open(session, console);
    Entry version = registry.read(EntryKind.VERSION, id.get());
    return Optional.of(
        new Version(
            registry.host(),
            version.name(),
            version.state(),
            registry.artifacts(version).stream()
                .flatMap(artifact -> artifact.uri().stream())
                .toList()));
  }

  /**
   * Marks what was served under a name as undeployed in the Model Registry that was asked for.
   *
   * @return empty if none was asked for
   */
  public Optional<List<ModelRegistry.Undeployed>> undeploy(
      Session session, Console console, String namespace, String name) {
    if (!server.isGiven()) {
      return Optional.empty();
    }
    ModelRegistry registry = server.open(session, console);
    List<ModelRegistry.Undeployed> marked = registry.undeploy(namespace, name);
    if (marked.isEmpty()) {
      console.note(
          "the Model Registry %s knows no inference service %s in %s"
              .formatted(registry.host(), name, namespace));
    }
    return Optional.of(marked);
  }
}
