package dev.modelcar.cli.commands.cluster;

import dev.modelcar.kubernetes.serving.InferenceServices;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which served image a command is about. */
final class ServedOptions {
  @Parameters(index = "0", paramLabel = "NAME", description = "name that it was deployed with")
  private String name = "";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "namespace (default: the kubeconfig's)")
  private @Nullable String namespace;

  @Option(
      names = {"--format", "--kind"},
      paramLabel = DeployOptions.KINDS,
      description = "kind of the object that serves (default: the first found with this name)")
  private @Nullable String kind;

  String name() {
    return name;
  }

  InferenceServices connect() {
    return InferenceServices.connect(Optional.ofNullable(namespace), DeployOptions.kind(kind));
  }
}
