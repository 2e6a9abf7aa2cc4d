package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.commands.registration.RegisteredImage;
import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
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
        "Shows the chain from the commit on the Hub to the pods: whether the pods run the image that was deployed,"
            + " and why not. Exits with 6 if they do not.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar status qwen3 -n models",
      "  modelcar status qwen3 -n models --model-registry https://registry.example.com"
    })
public final class StatusCommand extends RegistryCommand {
  @Mixin ServedOptions served = new ServedOptions();

  @Mixin RegisteredImage registered = new RegisteredImage();

  private record Document(
      String name,
      String namespace,
      String image,
      Optional<String> previous,
      boolean serving,
      String state,
      List<String> pods,
      Map<String, String> labels,
      Optional<Cause> cause,
      List<Custody.Link> chain) {}

  @Override
  public Integer call() {
    String name = served.name();
    Console console = console();
    registry.giveTokenToModelRegistry();
    try (Session session = session();
        InferenceServices services = served.connect()) {
      Standing standing = services.standing(name);
      List<Custody.Link> chain = Custody.of(console, session, registered, name, standing);
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
      chain.forEach(link ->
          console.result(
              "%-9s %s: %s%s"
                  .formatted(
                      link.state(),
                      link.link(),
                      link.value(),
                      link.detail().map(detail -> " (" + detail + ")").orElse(""))));
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
              standing.cause(),
              chain));
      return standing.serves() ? 0 : ClusterError.DEPLOY_FAILED.category().exitCode();
    }
  }
}
