package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.HttpTransport;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.kubernetes.serving.InferenceServices;
import dev.modelcar.kubernetes.serving.SmokeCheck;
import dev.modelcar.kubernetes.serving.SmokeRoute;
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

/** Requests to the pods of an InferenceService, and whether they prove that it serves its image. */
final class SmokeTest {
  /** Larger files would be read twice as a whole. */
  private static final long LARGEST = 16 << 20;

  private static final String MODELS = "models/";

  private SmokeTest() {}

  /** What it came to. */
  record Result(List<SmokeCheck> checks, Standing standing, Optional<ModelcarException> failure) {}

  /**
   * Sends the requests, and prints what became of each.
   *
   * @param limit of the requests to one pod
   */
  static Result of(
      Console console,
      Session session,
      InferenceServices services,
      String name,
      SmokeRoute route,
      Duration limit) {
    Standing before = services.standing(name);
    List<SmokeCheck> checks = List.of();
    if (before.serves()) {
      try (HttpTransport transport =
          route.url().isPresent() ? session.transportOutside() : session.transportInside()) {
        checks =
            services.smoke(
                name,
                route,
                transport,
                () -> files(session, before.storageUri()),
                limit,
                console::note);
      }
    }
    checks.stream()
        .map(SmokeCheck::via)
        .distinct()
        .forEach(via -> console.note("requests go by " + via));
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
    Optional<ModelcarException> failure =
        problem(before, checks, after)
            .map(problem -> new ModelcarException(ClusterError.SMOKE_FAILED, name + ": " + problem))
            .map(failed -> after.cause().map(cause -> failed.advising(cause.fix())).orElse(failed));
    return new Result(checks, after, failure);
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
        .map(check ->
            "%s%s: %s"
                .formatted(
                    check.request(),
                    check.pod().isEmpty() ? " by " + check.via() : " on " + check.pod(),
                    check.detail()));
  }

  /** SHA-256 of the image's smaller files, by path below /models. */
  private static Map<String, String> files(Session session, String address) {
    Map<String, String> files = new TreeMap<>();
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
