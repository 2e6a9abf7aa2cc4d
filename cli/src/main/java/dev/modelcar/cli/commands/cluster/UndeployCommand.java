package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.commands.registration.RegisteredImage;
import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.TransferOptions;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.serving.InferenceServices;
import dev.modelcar.modelregistry.ModelRegistry.Undeployed;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends the serving of an image. */
@CommandLine.Command(
    name = "undeploy",
    description =
        "Removes what serves an image, and waits until it is gone. The image stays in the registry. With"
            + " --model-registry, the inference service that the Model Registry knows is marked as undeployed.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar undeploy qwen3 -n models",
      "  modelcar undeploy qwen3 -n models --model-registry https://registry.example.com"
    })
public final class UndeployCommand extends RegistryCommand {
  @Mixin ServedOptions served = new ServedOptions();

  @Mixin RegisteredImage registered = new RegisteredImage();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "how long to wait until it is gone (default: 1m)")
  String timeout = "1m";

  @Option(
      names = "--remove-finalizer",
      paramLabel = "NAME",
      description =
          "if this finalizer still holds the object after --timeout, remove it: for a controller that is gone for"
              + " good; repeatable")
  Set<String> unwanted = new LinkedHashSet<>();

  private record Document(
      String name,
      String namespace,
      boolean removed,
      List<String> removedFinalizers,
      Optional<List<Undeployed>> undeployed) {}

  @Override
  public Integer call() {
    String name = served.name();
    Duration limit = TransferOptions.duration("--timeout", timeout);
    Console console = console();
    registry.giveTokenToModelRegistry();
    try (Session session = session();
        InferenceServices services = served.connect()) {
      List<String> forced = List.of();
      Optional<ModelcarException> absent = Optional.empty();
      try {
        forced = remove(console, services, name, limit);
        console.result("removed %s in %s".formatted(services.object(name), services.namespace()));
      } catch (ModelcarException e) {
        // Whoever repeats the command wants the registry to know, too.
        if (e.code() != ClusterError.CLUSTER_OBJECT_NOT_FOUND) {
          throw e;
        }
        absent = Optional.of(e);
      }
      Optional<List<Undeployed>> marked =
          registered.undeploy(session, console, services.namespace(), name);
      if (absent.isPresent() && marked.orElse(List.of()).isEmpty()) {
        throw absent.get();
      }
      absent.ifPresent(e -> console.note(String.valueOf(e.getMessage())));
      marked
          .orElse(List.of())
          .forEach(one ->
              console.result(
                  "%s in the Model Registry: %s (id %s)"
                      .formatted(
                          one.changed() ? "marked as undeployed" : "undeployed already",
                          one.name(),
                          one.id())));
      console.document(new Document(name, services.namespace(), absent.isEmpty(), forced, marked));
      return 0;
    }
  }

  /** Removes it, and returns the finalizers that were removed for it. */
  private List<String> remove(
      Console console, InferenceServices services, String name, Duration limit) {
    if (services.remove(name, limit)) {
      return List.of();
    }
    List<String> holding = services.finalizers(name);
    List<String> forced = holding.stream().filter(unwanted::contains).toList();
    if (!forced.isEmpty()) {
      console.note(
          "removing the finalizer %s of %s: what its controller would have done is left undone"
              .formatted(String.join(", ", forced), services.object(name)));
      services.removeFinalizers(name, unwanted);
      if (services.awaitGone(name, limit)) {
        return forced;
      }
      holding = services.finalizers(name);
    }
    throw new ModelcarException(
        ClusterError.DEPLOY_TIMED_OUT,
        "%s is marked for deletion but not gone after %d s; finalizers hold it: %s"
            .formatted(
                services.object(name),
                limit.toSeconds(),
                holding.stream()
                    .map(finalizer -> "%s (%s)".formatted(finalizer, owner(finalizer)))
                    .collect(Collectors.joining(", "))),
        "See whether that controller runs. If it is gone for good, --remove-finalizer NAME removes its finalizer.",
        null);
  }

  private static String owner(String finalizer) {
    if (finalizer.startsWith("modelregistry.")) {
      return "the Model Registry's controller has not removed it";
    }
    if (finalizer.contains("inferenceservice") || finalizer.startsWith("serving.kserve.io")) {
      return "KServe's controller has not removed it";
    }
    return finalizer.equals("foregroundDeletion")
        ? "its pods are still ending"
        : "its controller has not removed it";
  }
}
