package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.documents.FailureDocument;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.TransferOptions;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.kubernetes.serving.InferenceServices;
import dev.modelcar.oci.ImageReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The deployment of an image that is shipped. */
public final class ShipmentDeployment {
  @Option(
      names = "--deploy",
      paramLabel = "NAME",
      description =
          "serve the image with KServe as the InferenceService NAME, wait until it is served, and send requests to it")
  @Nullable String name;

  @Option(
      names = "--deploy-timeout",
      paramLabel = "DURATION",
      description = "limit for --deploy (default: 30m)")
  @Nullable String timeout;

  @Mixin DeployOptions options = new DeployOptions();

  /** What it came to. */
  public record Outcome(Map<String, Object> document, Optional<ModelcarException> failure) {}

  public boolean isWanted() {
    return name != null;
  }

  /** Fails if the options are wrong, before anything else is done. */
  public void check() {
    if (name != null) {
      Serving.checked(name);
      options.check();
      limit();
    } else if (options.isGiven() || timeout != null) {
      throw Usage.invalid("options of the InferenceService need --deploy NAME");
    }
  }

  private Duration limit() {
    return TransferOptions.duration("--deploy-timeout", timeout == null ? "30m" : timeout);
  }

  /**
   * Has the API server check the InferenceService, before the first byte moves: whether there is
   * KServe, and a right to use it.
   *
   * @param format by which KServe selects a runtime
   */
  public void rehearse(
      Console console, Session session, List<ImageReference> targets, String format) {
    String image =
        Session.pinned(
            targets.stream()
                .filter(ImageReference.Registry.class::isInstance)
                .findFirst()
                .orElseThrow(() ->
                    Usage.invalid("--deploy takes a target in a registry, which KServe can pull")),
            Sha256.of(new byte[0]));
    try (InferenceServices services = connect()) {
      Serving.checkLength(options.kind(), String.valueOf(name), services.namespace());
      deployment(console, session, format, Map.of())
          .run(
              services,
              new Deployment.Sized(image, 0, DeploySizing.none()),
              Deployment.Extent.DRY_RUN,
              limit());
    }
  }

  /**
   * Serves an image, and says how that ended.
   *
   * @param labels of the InferenceService
   */
  public Outcome complete(
      Console console,
      Session session,
      ImageReference image,
      String format,
      Map<String, String> labels) {
    try (InferenceServices services = connect()) {
      Deployment deployment = deployment(console, session, format, labels);
      Deployment.Result result =
          deployment.run(services, deployment.look(image), Deployment.Extent.SMOKE, limit());
      console.result(result.served());
      return new Outcome(Map.of("deployment", result.document()), result.failure());
    } catch (ModelcarException e) {
      return new Outcome(
          Map.of("deployment", Map.of("error", FailureDocument.of(e))), Optional.of(e));
    }
  }

  private InferenceServices connect() {
    return InferenceServices.connect(
        DeployOptions.given(options.namespace), Optional.of(options.kind()));
  }

  private Deployment deployment(
      Console console, Session session, String format, Map<String, String> labels) {
    return new Deployment(
        console, session, options, String.valueOf(name), format, labels, Map.of());
  }
}
