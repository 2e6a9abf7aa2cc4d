package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.TransferOptions;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.serving.InferenceServices;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends the serving of an image. */
@CommandLine.Command(
    name = "undeploy",
    description =
        "Removes an InferenceService, and waits until it is gone. Its image stays in the registry.",
    footerHeading = "%nExample:%n",
    footer = "  modelcar undeploy qwen3 -n models")
public final class UndeployCommand extends Command {
  @Mixin ServedOptions served = new ServedOptions();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "how long to wait until it is gone (default: 1m)")
  String timeout = "1m";

  @Override
  public Integer call() {
    String name = served.name();
    Console console = console();
    try (InferenceServices services = served.connect()) {
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
