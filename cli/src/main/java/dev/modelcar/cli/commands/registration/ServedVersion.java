package dev.modelcar.cli.commands.registration;

import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.modelregistry.Entry;
import dev.modelcar.modelregistry.ModelRegistry;
import dev.modelcar.modelregistry.ModelRegistryError;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The registered version that an InferenceService serves. Its labels say so to the dashboard and to
 * the Model Registry's controller, and have to be there from the first: a later change restarts the
 * pods.
 */
public final class ServedVersion {
  /** Of Open Data Hub and OpenShift AI, and of Kubeflow. */
  private static final String[] PREFIXES = {
    "modelregistry.opendatahub.io/", "modelregistry.kubeflow.org/"
  };

  static final String VERSION_ID = "model-version-id";

  @Mixin ServerOptions server = new ServerOptions();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "name of the registered model that the image is a version of")
  @Nullable String model;

  @Option(
      names = "--version",
      paramLabel = "NAME",
      description =
          "name of the registered version; with --model, the InferenceService is linked to it")
  @Nullable String version;

  /**
   * Labels for an InferenceService of an image; none if no model is named.
   *
   * @throws ModelcarException if there is no such version, or it is of another image
   */
  public Map<String, String> labels(Session session, Console console, String digest) {
    String wantedModel = model == null ? "" : model;
    String wantedVersion = version == null ? "" : version;
    if (wantedModel.isEmpty() && wantedVersion.isEmpty()) {
      if (server.isGiven()) {
        throw Usage.invalid("--model-registry needs --model and --version");
      }
      return Map.of();
    }
    if (wantedModel.isEmpty() || wantedVersion.isEmpty()) {
      throw Usage.invalid("--model and --version go together");
    }
    ModelRegistry registry = server.open(session, console);
    Entry found = ServerCommand.model(registry, wantedModel);
    Entry entry = ServerCommand.version(registry, found, wantedVersion);
    registry.artifacts(entry).stream()
        .flatMap(artifact -> artifact.uri().stream())
        .filter(uri -> uri.contains("@") && !uri.endsWith("@" + digest))
        .findFirst()
        .ifPresent(uri -> {
          throw new ModelcarException(
              ModelRegistryError.MODEL_REGISTRY_VERSION_CONFLICT,
              "version %s of %s is registered for another image: %s"
                  .formatted(wantedVersion, wantedModel, uri),
              "Deploy that image, or register this one first.",
              null);
        });
    return labels(found.id(), entry.id());
  }

  static Map<String, String> labels(String model, String version) {
    Map<String, String> labels = new TreeMap<>();
    for (String prefix : PREFIXES) {
      labels.put(prefix + "registered-model-id", model);
      labels.put(prefix + VERSION_ID, version);
    }
    return labels;
  }
}
