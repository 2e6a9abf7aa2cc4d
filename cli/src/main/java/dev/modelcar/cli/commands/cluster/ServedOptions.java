package dev.modelcar.cli.commands.cluster;

import dev.modelcar.kubernetes.serving.InferenceServices;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which InferenceService a command is about. */
final class ServedOptions {
  @Parameters(index = "0", paramLabel = "NAME", description = "name of the InferenceService")
  private String name = "";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "namespace (default: the kubeconfig's)")
  private @Nullable String namespace;

  String name() {
    return name;
  }

  InferenceServices connect() {
    return InferenceServices.connect(Optional.ofNullable(namespace));
  }
}
