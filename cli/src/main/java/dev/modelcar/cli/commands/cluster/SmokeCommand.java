package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.TransferOptions;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.serving.Cause;
import dev.modelcar.kubernetes.serving.InferenceServices;
import dev.modelcar.kubernetes.serving.SmokeCheck;
import dev.modelcar.kubernetes.serving.Standing;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.image.ImageSummary;
import dev.modelcar.oci.image.LayerFiles;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends requests to a served model. */
@CommandLine.Command(
    name = "smoke",
    description =
        "Checks that an InferenceService serves its image, and sends requests to its pods: a completion, V2 readiness,"
            + " or the model's files, whichever the server has. Exits with 6 if one fails or none is known to it.",
    footerHeading = "%nExample:%n",
    footer = "  modelcar smoke qwen3 -n models")
public final class SmokeCommand extends RegistryCommand {
  /** Larger files would be read twice as a whole. */
  private static final long LARGEST = 16 << 20;

  private static final String MODELS = "models/";

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
    try (InferenceServices services = served.connect()) {
      Standing before = services.standing(name);
      List<SmokeCheck> checks =
          before.serves()
              ? services.smoke(name, () -> files(before.storageUri()), limit)
              : List.of();
      checks.forEach(check ->
          console.result(
              "%-6s %s: %s (%.0f ms)"
                  .formatted(
                      check.passed() ? "passed" : "failed",
                      check.request(),
                      check.detail(),
                      check.seconds() * 1000)));
      // What was asked may have been replaced meanwhile.
      Standing after = before.serves() ? services.standing(name) : before;
      Optional<String> problem = problem(before, checks, after);
      Document document =
          new Document(
              problem.isEmpty() ? "passed" : "failed",
              name,
              services.namespace(),
              after.storageUri(),
              after.pods(),
              checks,
              after.cause());
      if (problem.isPresent()) {
        ModelcarException failure =
            new ModelcarException(ClusterError.SMOKE_FAILED, name + ": " + problem.get());
        return console.failure(
            after.cause().map(cause -> failure.advising(cause.fix())).orElse(failure), document);
      }
      console.result("%s serves %s".formatted(name, after.storageUri()));
      console.document(document);
      return 0;
    }
  }

  private static Optional<String> problem(
      Standing before, List<SmokeCheck> checks, Standing after) {
    if (!before.serves()) {
      return Optional.of(
          "its pods do not run the image %s: %s"
              .formatted(
                  before.storageUri(),
                  before
                      .cause()
                      .map(cause -> "%s (%s)".formatted(cause.title(), cause.rule()))
                      .orElse(before.state())));
    }
    if (checks.isEmpty()) {
      return Optional.of(
          "the server knows none of GET /v1/models, GET /v2/health/ready and GET /config.json");
    }
    if (!after.serves()
        || !after.pods().equals(before.pods())
        || !after.storageUri().equals(before.storageUri())) {
      return Optional.of("its pods changed during the test");
    }
    return checks.stream()
        .filter(check -> !check.passed())
        .findFirst()
        .map(check -> "%s on %s: %s".formatted(check.request(), check.pod(), check.detail()));
  }

  /** SHA-256 of the image's smaller files, by path below /models. */
  private Map<String, String> files(String address) {
    Map<String, String> files = new TreeMap<>();
    try (Session session = session()) {
      ImageReference reference = session.reference(address.replaceFirst("^oci(\\+\\w+)?://", ""));
      ImageReader reader = session.reader(reference);
      for (Descriptor layer : ImageSummary.read(reader, reference).layers()) {
        LayerFiles.visit(
            reader,
            layer,
            (file, content) -> {
              String path = file.path().replaceFirst("^\\./", "");
              if (path.startsWith(MODELS) && file.size() <= LARGEST) {
                files.put(path.substring(MODELS.length()), sha256(content, file.size()));
              }
              return true;
            });
      }
    }
    return files;
  }

  private static String sha256(InputStream content, long size) throws java.io.IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(content.readNBytes(Math.toIntExact(size)));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
