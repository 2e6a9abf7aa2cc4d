package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.options.Command;
import dev.modelcar.cli.options.TransferOptions;
import dev.modelcar.cli.views.Console;
import dev.modelcar.kubernetes.serving.Cause;
import dev.modelcar.kubernetes.serving.InferenceServices;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves the image before again. */
@CommandLine.Command(
    name = "rollback",
    description =
        "Serves the image again that was served before the last deploy. A second call goes back"
            + " to the newer one.",
    footerHeading = "%nExample:%n",
    footer = "  modelcar rollback qwen3 -n models --wait")
public final class RollbackCommand extends Command {
  @Mixin ServedOptions served = new ServedOptions();

  @Option(names = "--wait", description = "wait until the image is served")
  boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "limit for --wait (default: 30m)")
  String timeout = "30m";

  private record Document(
      String outcome,
      String name,
      String namespace,
      String image,
      String digest,
      List<String> pods,
      Optional<String> proof,
      Optional<Cause> cause,
      boolean stillServing) {}

  @Override
  public Integer call() {
    String name = served.name();
    Duration limit = TransferOptions.duration("--timeout", timeout);
    Console console = console();
    try (InferenceServices services = served.connect()) {
      String image = services.rollback(name);
      String digest = image.substring(image.indexOf('@') + 1);
      console.note("%s in %s: %s".formatted(services.object(name), services.namespace(), image));
      Serving.Outcome outcome =
          wait
              ? Serving.await(console, services, name, digest, 0, limit)
              : Serving.Outcome.of("applied");
      Document document =
          new Document(
              outcome.outcome(),
              name,
              services.namespace(),
              image,
              digest,
              outcome.pods(),
              outcome.proof(),
              outcome.cause(),
              outcome.stillServing());
      return Serving.report(console, name, outcome, image, document);
    }
  }
}
