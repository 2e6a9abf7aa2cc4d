package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.TransferOptions;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.kubernetes.serving.Cause;
import dev.modelcar.kubernetes.serving.InferenceServices;
import dev.modelcar.kubernetes.serving.SmokeCheck;
import dev.modelcar.kubernetes.serving.SmokeRoute;
import dev.modelcar.kubernetes.serving.Standing;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends requests to a served model. */
@CommandLine.Command(
    name = "smoke",
    description =
        "Checks that the pods serve their image, and sends requests to them: a completion, V2 readiness,"
            + " or the model's files, whichever the server has. Exits with 6 if one fails or none is known to it.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar smoke qwen3 -n models",
      "  modelcar smoke qwen3 -n models --url https://qwen3.apps.example.com --url-token-file token"
    })
public final class SmokeCommand extends RegistryCommand {
  @Mixin ServedOptions served = new ServedOptions();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "limit for the requests to one pod (default: 1m)")
  String timeout = "1m";

  @Option(
      names = "--via",
      paramLabel = "port-forward|service",
      description =
          "how requests reach the server: by a forwarded port to each pod, or by the address of its Service (default:"
              + " the first that works)")
  @Nullable String via;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "send the requests to this URL, of a route or an ingress")
  @Nullable URI url;

  @Option(
      names = "--url-token-file",
      paramLabel = "FILE",
      description = "file with a bearer token for --url")
  @Nullable Path tokenFile;

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
    SmokeRoute route = route();
    Console console = console();
    try (Session session = session();
        InferenceServices services = served.connect()) {
      SmokeTest.Result smoke = SmokeTest.of(console, session, services, name, route, limit);
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

  private SmokeRoute route() {
    Optional<URI> address = Optional.ofNullable(url);
    if (address.filter(one -> !String.valueOf(one.getScheme()).matches("https?")).isPresent()) {
      throw Usage.invalid("--url takes a URL that begins with https:// or http://, not " + url);
    }
    if (address.isPresent() ? via != null : tokenFile != null) {
      throw Usage.invalid("--via excludes --url, and --url-token-file needs it");
    }
    Optional<SmokeRoute.Via> wanted =
        Optional.ofNullable(via)
            .map(id ->
                Stream.of(SmokeRoute.Via.PORT_FORWARD, SmokeRoute.Via.SERVICE)
                    .filter(one -> one.id().equals(id))
                    .findFirst()
                    .orElseThrow(
                        () -> Usage.invalid("--via takes port-forward or service, not " + id)));
    return new SmokeRoute(wanted, address, Optional.ofNullable(tokenFile).map(SmokeCommand::token));
  }

  private static String token(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw Usage.invalid("the file of --url-token-file cannot be read: " + file);
    }
  }
}
