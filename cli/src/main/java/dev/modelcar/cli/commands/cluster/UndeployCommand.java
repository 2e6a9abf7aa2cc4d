package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.TransferOptions;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.serving.InferenceServices;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends the serving of an image. */
@CommandLine.Command(
    name = "undeploy",
    description =
        "Removes an InferenceService, and waits until it is gone. Its image stays in the registry.",
    footerHeading = "%nExample:%n",
    footer = "  modelcar undeploy qwen3 -n models")
public final class UndeployCommand extends Command {
  @Parameters(index = "0", paramLabel = "NAME", description = "name of the InferenceService")
  String name = "";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "namespace (default: the kubeconfig's)")
  @Nullable String namespace;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "how long to wait until it is gone (default: 1m)")
  String timeout = "1m";

  @Override
  public Integer call() {
    Console console = console();
    try (InferenceServices services = InferenceServices.connect(Optional.ofNullable(namespace))) {
      if (!services.remove(name, TransferOptions.duration("--timeout", timeout))) {
        throw new ModelcarException(
            ClusterError.DEPLOY_TIMED_OUT,
            "InferenceService %s is marked for deletion but not gone; finalizers hold it: %s"
                .formatted(name, String.join(", ", services.finalizers(name))),
            "Its pods run until the controller that set a finalizer removes it: see whether that"
                + " controller, of the Model Registry or of KServe, runs.",
            null);
      }
      console.result("removed inferenceservice/%s in %s".formatted(name, services.namespace()));
      console.document(Map.of("name", name, "namespace", services.namespace(), "removed", true));
      return 0;
    }
  }
}
