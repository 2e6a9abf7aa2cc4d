package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.TransferOptions;
import dev.modelcar.cli.views.Console;
import dev.modelcar.kubernetes.serving.Cause;
import dev.modelcar.kubernetes.serving.InferenceServices;
import dev.modelcar.kubernetes.serving.SmokeCheck;
import dev.modelcar.kubernetes.serving.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends requests to a served model. */
@CommandLine.Command(
    name = "smoke",
    description =
        "Checks that the pods serve their image, and sends requests to them: a completion, V2 readiness,"
            + " or the model's files, whichever the server has. Exits with 6 if one fails or none is known to it.",
    footerHeading = "%nExample:%n",
    footer = "  modelcar smoke qwen3 -n models")
public final class SmokeCommand extends RegistryCommand {
  @Mixin ServedOptions served = new ServedOptions();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "limit for the requests to one pod (default: 1m)")
  String timeout = "1m";

  private record Document(
      String outcome,
      String name,
      String namespace,
      String image,
      List<String> pods,
      List<SmokeCheck> checks,
      Optional<Cause> cause) {}

  @Override
  public Integer call() {
    String name = served.name();
    Duration limit = TransferOptions.duration("--timeout", timeout);
    Console console = console();
    try (Session session = session();
        InferenceServices services = served.connect()) {
      SmokeTest.Result smoke = SmokeTest.of(console, session, services, name, limit);
      Standing standing = smoke.standing();
      Document document =
          new Document(
              smoke.failure().isEmpty() ? "passed" : "failed",
              name,
              services.namespace(),
              standing.storageUri(),
              standing.pods(),
              smoke.checks(),
              standing.cause());
      if (smoke.failure().isPresent()) {
        return console.failure(smoke.failure().get(), document);
      }
      console.result("%s serves %s".formatted(name, standing.storageUri()));
      console.document(document);
      return 0;
    }
  }
}
