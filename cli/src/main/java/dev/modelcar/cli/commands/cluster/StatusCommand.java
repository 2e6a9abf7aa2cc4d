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
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** How a served image stands. */
@CommandLine.Command(
    name = "status",
    description =
        "Shows whether the pods of an InferenceService run the image that it names, and why not. Exits with 6 if"
            + " they do not.",
    footerHeading = "%nExample:%n",
    footer = "  modelcar status qwen3 -n models")
public final class StatusCommand extends Command {
  @Mixin ServedOptions served = new ServedOptions();

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
    String name = served.name();
    Console console = console();
    try (InferenceServices services = served.connect()) {
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
