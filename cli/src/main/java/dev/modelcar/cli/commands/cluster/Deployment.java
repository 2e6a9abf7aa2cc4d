package dev.modelcar.cli.commands.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.serving.Applied;
import dev.modelcar.kubernetes.serving.Cause;
import dev.modelcar.kubernetes.serving.DeploySpec;
import dev.modelcar.kubernetes.serving.InferenceServices;
import dev.modelcar.kubernetes.serving.SmokeCheck;
import dev.modelcar.kubernetes.serving.SmokeRoute;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageManifest;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.ImageTree;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The deployment of one image: applied, waited for, and sent requests, as far as that is wanted.
 *
 * @param format by which KServe selects a runtime
 */
record Deployment(
    Console console,
    Session session,
    DeployOptions options,
    String name,
    String format,
    Map<String, String> labels,
    Map<String, String> annotations) {

  /** How far it goes. */
  enum Extent {
    /** The API server checks it. */
    DRY_RUN,
    APPLY,
    /** Until the image is served, or certainly is not. */
    WAIT,
    /** And until it has responded. */
    SMOKE
  }

  /** As JSON. */
  record Document(
      String outcome,
      String name,
      String namespace,
      String image,
      String digest,
      String mode,
      String modeReason,
      String change,
      Optional<String> previous,
      List<String> objects,
      List<String> pods,
      Optional<String> proof,
      Optional<Cause> cause,
      boolean stillServing,
      List<SmokeCheck> checks,
      List<JsonNode> manifests) {}

  /**
   * What it came to.
   *
   * @param served the address of the image that is deployed
   * @param manifests of a dry run, as YAML
   */
  record Result(
      Document document,
      String served,
      List<String> manifests,
      Optional<ModelcarException> failure) {
    /** Says how it ended, and returns the exit code. */
    int report(Console console) {
      if (manifests.isEmpty()) {
        console.result(served);
      }
      manifests.stream().flatMap(String::lines).forEach(console::result);
      if (failure.isPresent()) {
        return console.failure(failure.get(), document);
      }
      console.document(document);
      return 0;
    }
  }

  /**
   * An image and what its server takes.
   *
   * @param bytes of its layers, which nodes pull; 0 if that depends on the node
   */
  record Sized(String pinned, long bytes, DeploySizing sizing) {
    String digest() {
      return pinned.substring(pinned.indexOf('@') + 1);
    }
  }

  /**
   * Looks at an image: whether it can be served, its digest, and what its server takes.
   *
   * @throws ModelcarException if no container can be made of it
   */
  Sized look(ImageReference reference) {
    if (!(reference instanceof ImageReference.Registry)) {
      throw Usage.invalid("deploy takes an image in a registry, not " + reference);
    }
    ImageReader reader = session.reader(reference);
    RawManifest manifest = ImageTree.find(reader, reference);
    long bytes = 0;
    if (!manifest.isIndex()) {
      ImageManifest image = Documents.manifest(manifest);
      bytes = image.layers().stream().mapToLong(Descriptor::size).sum();
      String config = image.config().mediaType();
      if (!MediaTypes.isImageConfig(config)) {
        throw new ModelcarException(
            OciError.IMAGE_INVALID,
            "%s is an artifact (%s), of which no container can be made"
                .formatted(reference, config),
            "`modelcar ship` makes images that KServe serves.",
            null);
      }
    }
    DeploySizing sizing = options.sizing(reader, reference);
    sizing.notes().forEach(console::note);
    return new Sized(Session.pinned(reference, manifest.digest()), bytes, sizing);
  }

  /** Deploys an image. */
  Result run(InferenceServices services, Sized image, Extent extent, Duration limit) {
    DeployOptions.given(options.connection)
        .flatMap(connection -> services.connection(connection, image.pinned()))
        .ifPresent(console::note);
    DeploySpec spec = spec(image, services.namespace());
    Applied applied = services.apply(spec, extent == Extent.DRY_RUN);
    applied.warnings().forEach(warning -> console.note("the API server warns: " + warning));
    List<String> objects = applied.manifests().stream().map(Applied.Manifest::name).toList();
    String change = applied.change().name().toLowerCase(Locale.ROOT);
    console.note(
        "%s in %s: %s%s, %s mode (%s)"
            .formatted(
                String.join(", ", objects),
                services.namespace(),
                change,
                extent == Extent.DRY_RUN ? " (dry run)" : "",
                applied.mode().id(),
                applied.why()));
    Serving.Outcome outcome =
        switch (extent) {
          case DRY_RUN -> Serving.Outcome.of("dry-run");
          case APPLY -> Serving.Outcome.of("applied");
          case WAIT, SMOKE ->
              Serving.await(console, services, name, spec.digest(), image.bytes(), limit);
        };
    Optional<ModelcarException> failure = Serving.failure(name, outcome);
    List<SmokeCheck> checks = List.of();
    if (extent == Extent.SMOKE && failure.isEmpty()) {
      SmokeTest.Result smoke =
          SmokeTest.of(console, session, services, name, SmokeRoute.found(), limit);
      checks = smoke.checks();
      failure = smoke.failure();
    }
    List<Applied.Manifest> manifests = extent == Extent.DRY_RUN ? applied.manifests() : List.of();
    console.results(
        Map.of("INFERENCE_SERVICE", name, "SERVED_IMAGE", failure.isEmpty() ? image.pinned() : ""));
    return new Result(
        new Document(
            failure.isPresent() && outcome.cause().isEmpty() ? "failed" : outcome.outcome(),
            name,
            services.namespace(),
            image.pinned(),
            spec.digest(),
            applied.mode().id(),
            applied.why(),
            change,
            applied.previous(),
            objects,
            outcome.pods(),
            outcome.proof(),
            outcome.cause(),
            outcome.stillServing(),
            checks,
            manifests.stream().map(Applied.Manifest::json).toList()),
        applied.storageUri(),
        manifests.stream().map(Applied.Manifest::yaml).toList(),
        failure);
  }

  private DeploySpec spec(Sized image, String namespace) {
    Map<String, String> all = new TreeMap<>(options.annotations(namespace));
    all.putAll(annotations);
    return new DeploySpec(
        options.kind(),
        name,
        image.pinned(),
        options.deployMode(),
        format,
        DeployOptions.given(options.runtime),
        options.server(name),
        image.sizing().arguments(options.arguments()),
        image.sizing().requests(options.givenRequests()),
        image.sizing().limits(options.givenLimits()),
        DeployOptions.given(options.pullSecret).or(() -> DeployOptions.given(options.connection)),
        DeployOptions.given(options.serviceAccount),
        options.nodeSelector(),
        labels,
        all);
  }
}
