package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.TransferOptions;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.ShutdownHook;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.serving.Applied;
import dev.modelcar.kubernetes.serving.Cause;
import dev.modelcar.kubernetes.serving.DeployMode;
import dev.modelcar.kubernetes.serving.DeploySpec;
import dev.modelcar.kubernetes.serving.InferenceServices;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.MediaTypes;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.ImageTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves an image with KServe. */
@CommandLine.Command(
    name = "deploy",
    description =
        "Serves an image with KServe on the cluster of KUBECONFIG, pinned by its digest; with --wait, until its"
            + " pods run this digest, or the cause is known why they do not.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar deploy quay.io/team/qwen3:0.6b --name qwen3 --runtime vllm-cuda --wait",
      "  modelcar deploy quay.io/team/qwen3:0.6b --name qwen3 --mode native --resource nvidia.com/gpu=1",
      "  modelcar rollback qwen3 --wait        the image before",
      "",
      "A second call changes only what differs. Labels and annotations belong into the first: changing",
      "them later restarts the pods."
    })
public final class DeployCommand extends RegistryCommand {
  @Parameters(index = "0", paramLabel = "IMAGE", description = "an image in a registry")
  String image = "";

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "name of the InferenceService")
  String name = "";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "namespace (default: the kubeconfig's)")
  @Nullable String namespace;

  @Option(
      names = "--mode",
      paramLabel = "modelcar|native",
      description =
          "how the files come to the server: by a container of the image beside it, or by a volume of the image"
              + " (default: what the cluster supports)")
  @Nullable String mode;

  @Option(
      names = "--runtime",
      paramLabel = "NAME",
      description = "ServingRuntime or ClusterServingRuntime (default: KServe selects one)")
  @Nullable String runtime;

  @Option(
      names = "--model-format",
      paramLabel = "NAME",
      description = "format by which KServe selects a runtime (default: ${DEFAULT-VALUE})")
  String format = "vLLM";

  @Option(
      names = "--arg",
      paramLabel = "ARG",
      description = "argument for the server, such as --arg=--max-model-len=8192; repeatable")
  List<String> arguments = new ArrayList<>();

  @Option(
      names = "--resource",
      paramLabel = "NAME=AMOUNT",
      description = "request and limit of the server, such as nvidia.com/gpu=1; repeatable")
  Map<String, String> resources = new LinkedHashMap<>();

  @Option(
      names = "--gpu",
      paramLabel = "NAME",
      description =
          "size the server for this GPU, such as H100: its arguments, and what it requests (see `modelcar size`)")
  @Nullable String gpu;

  @Option(
      names = "--gpus",
      paramLabel = "N",
      description = "GPUs to size the server for (default: 1)")
  @Nullable Integer gpus;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "tokens of the longest request to size the server for")
  @Nullable Long context;

  @Option(
      names = "--pull-secret",
      paramLabel = "NAME",
      description = "Secret to pull the image with")
  @Nullable String pullSecret;

  @Option(
      names = "--service-account",
      paramLabel = "NAME",
      description = "service account of the pods")
  @Nullable String serviceAccount;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "label of the InferenceService; repeatable")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--annotation",
      paramLabel = "KEY=VALUE",
      description = "annotation of the InferenceService; repeatable")
  Map<String, String> annotations = new LinkedHashMap<>();

  @Option(names = "--wait", description = "wait until the image is served")
  boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "limit for --wait (default: 30m)")
  String timeout = "30m";

  @Option(
      names = "--dry-run",
      description = "let the API server check the InferenceService, and change nothing")
  boolean dryRun;

  private record Document(
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
      boolean stillServing) {}

  @Override
  public Integer call() {
    Serving.checked(name);
    Duration limit = TransferOptions.duration("--timeout", timeout);
    Optional<DeployMode> wanted = Optional.ofNullable(mode).map(DeployCommand::mode);
    if (gpu == null && (gpus != null || context != null)) {
      throw Usage.invalid("--gpus and --context need --gpu");
    }
    Console console = console();
    Resolved resolved = resolved();
    String pinned = resolved.pinned();
    resolved.sizing().ifPresent(sized -> sized.notes().forEach(console::note));
    try (ShutdownHook _ = new ShutdownHook(() -> {}, Duration.ofSeconds(10));
        InferenceServices services = InferenceServices.connect(Optional.ofNullable(namespace))) {
      Serving.checkLength(name, services.namespace());
      DeploySpec spec = spec(resolved, wanted);
      Applied applied = services.apply(spec, dryRun);
      applied.warnings().forEach(warning -> console.note("the API server warns: " + warning));
      String change = applied.change().name().toLowerCase(Locale.ROOT);
      console.note(
          "inferenceservice/%s in %s: %s%s, %s mode (%s)"
              .formatted(
                  name,
                  services.namespace(),
                  change,
                  dryRun ? " (dry run)" : "",
                  applied.mode().id(),
                  applied.why()));
      Serving.Outcome outcome =
          wait && !dryRun
              ? Serving.await(console, services, name, spec.digest(), limit)
              : Serving.Outcome.of(dryRun ? "dry-run" : "applied");
      Document document =
          new Document(
              outcome.outcome(),
              name,
              services.namespace(),
              pinned,
              spec.digest(),
              applied.mode().id(),
              applied.why(),
              change,
              applied.previous(),
              List.of("inferenceservice/" + name),
              outcome.pods(),
              outcome.proof(),
              outcome.cause(),
              outcome.stillServing());
      return Serving.report(console, name, outcome, applied.storageUri(), document);
    }
  }

  private static DeployMode mode(String text) {
    return DeployMode.ofId(text)
        .orElseThrow(() -> Usage.invalid("--mode takes modelcar or native, not " + text));
  }

  private DeploySpec spec(Resolved resolved, Optional<DeployMode> wanted) {
    DeploySizing sized = resolved.sizing().orElseGet(DeploySizing::none);
    return new DeploySpec(
        name,
        resolved.pinned(),
        wanted,
        format,
        Optional.ofNullable(runtime),
        sized.arguments(arguments),
        sized.requests(resources),
        sized.limits(resources),
        Optional.ofNullable(pullSecret),
        Optional.ofNullable(serviceAccount),
        labels,
        annotations);
  }

  /**
   * The image that is deployed.
   *
   * @param pinned by its digest: a tag may move between two pods
   */
  private record Resolved(String pinned, Optional<DeploySizing> sizing) {}

  private Resolved resolved() {
    try (Session session = session()) {
      ImageReference reference = session.reference(image);
      if (!(reference instanceof ImageReference.Registry)) {
        throw Usage.invalid("deploy takes an image in a registry, not " + reference);
      }
      ImageReader reader = session.reader(reference);
      RawManifest manifest = ImageTree.find(reader, reference);
      if (!manifest.isIndex()) {
        String config = Documents.manifest(manifest).config().mediaType();
        if (!MediaTypes.isImageConfig(config)) {
          throw new ModelcarException(
              OciError.IMAGE_INVALID,
              "%s is an artifact (%s), of which no container can be made"
                  .formatted(reference, config),
              "`modelcar ship` makes images that KServe serves.",
              null);
        }
      }
      return new Resolved(
          Session.pinned(reference, manifest.digest()),
          gpu == null
              ? Optional.empty()
              : Optional.of(DeploySizing.of(reader, reference, gpu, gpus, context)));
    }
  }
}
