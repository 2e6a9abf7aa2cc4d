package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.views.Console;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.serving.Cause;
import dev.modelcar.kubernetes.serving.InferenceServices;
import dev.modelcar.kubernetes.serving.Standing;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How a served image stands. */
@CommandLine.Command(
    name = "status",
    description =
        "Shows whether the pods of an InferenceService run the image that it names, and why not. Exits with 6 if"
            + " they do not.",
    footerHeading = "%nExample:%n",
    footer = "  modelcar status qwen3 -n models")
public final class StatusCommand extends Command {
  @Parameters(index = "0", paramLabel = "NAME", description = "name of the InferenceService")
  String name = "";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "namespace (default: the kubeconfig's)")
  @Nullable String namespace;

  private record Document(
      String name,
      String namespace,
      String image,
      Optional<String> previous,
      boolean serving,
      String state,
      List<String> pods,
      Map<String, String> labels,
      Optional<Cause> cause) {}

  @Override
  public Integer call() {
    Console console = console();
    try (InferenceServices services = InferenceServices.connect(Optional.ofNullable(namespace))) {
      Standing standing = services.standing(name);
      console.result("image     " + standing.storageUri());
      standing.previous().ifPresent(image -> console.result("before    " + image));
      console.result("serving   " + (standing.serves() ? "yes" : "no"));
      console.result("state     " + standing.state());
      standing.pods().forEach(pod -> console.result("pod       " + pod));
      standing
          .cause()
          .ifPresent(cause -> {
            console.result("cause     %s (%s)".formatted(cause.title(), cause.rule()));
            cause.evidence().forEach(line -> console.result("          " + line));
            console.result("fix       " + cause.fix());
          });
      console.document(
          new Document(
              name,
              services.namespace(),
              standing.storageUri(),
              standing.previous(),
              standing.serves(),
              standing.state(),
              standing.pods(),
              standing.labels(),
              standing.cause()));
      return standing.serves() ? 0 : ClusterError.DEPLOY_FAILED.category().exitCode();
    }
  }
}
