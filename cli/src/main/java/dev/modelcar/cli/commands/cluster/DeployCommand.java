package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.commands.registration.ServedVersion;
import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.TransferOptions;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.ShutdownHook;
import dev.modelcar.kubernetes.serving.InferenceServices;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves an image with KServe. */
@CommandLine.Command(
    name = "deploy",
    description =
        "Serves an image on the cluster of KUBECONFIG, with KServe or as a plain Deployment, pinned by its digest;"
            + " with --wait, until its pods run this digest, or the cause is known why they do not.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar deploy quay.io/team/qwen3:0.6b --name qwen3 --runtime vllm-cuda --wait",
      "  modelcar deploy quay.io/team/qwen3:0.6b --name qwen3 --mode native --resource nvidia.com/gpu=1",
      "  modelcar deploy quay.io/team/qwen3:0.6b --name qwen3 --format deployment --gpu L4 --wait",
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
      description = "name of what serves the image")
  String name = "";

  @Mixin DeployOptions options = new DeployOptions();

  @Mixin ServedVersion registered = new ServedVersion();

  @Option(
      names = "--model-format",
      paramLabel = "NAME",
      description = "format by which KServe selects a runtime (default: ${DEFAULT-VALUE})")
  String format = DeployOptions.FORMAT;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "label of the object; repeatable")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--annotation",
      paramLabel = "KEY=VALUE",
      description = "annotation of the object; repeatable")
  Map<String, String> annotations = new LinkedHashMap<>();

  @Option(names = "--wait", description = "wait until the image is served")
  boolean wait;

  @Option(
      names = "--smoke",
      description =
          "wait until the image is served, and send requests to it as `modelcar smoke` does")
  boolean smoke;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "limit for --wait and --smoke (default: 30m)")
  String timeout = "30m";

  @Option(
      names = "--dry-run",
      description =
          "let the API server check what would be applied, print it as YAML, and change nothing")
  boolean dryRun;

  @Override
  public Integer call() {
    Serving.checked(name);
    Duration limit = TransferOptions.duration("--timeout", timeout);
    options.check();
    Deployment.Extent extent =
        dryRun
            ? Deployment.Extent.DRY_RUN
            : smoke
                ? Deployment.Extent.SMOKE
                : wait ? Deployment.Extent.WAIT : Deployment.Extent.APPLY;
    Console console = console();
    try (Session session = session()) {
      Map<String, String> all = new TreeMap<>(labels);
      Deployment deployment =
          new Deployment(console, session, options, name, format, all, annotations);
      Deployment.Sized sized = deployment.look(session.reference(image));
      registered.labels(session, console, sized.digest()).forEach(all::putIfAbsent);
      try (ShutdownHook _ = new ShutdownHook(() -> {}, Duration.ofSeconds(10));
          InferenceServices services =
              InferenceServices.connect(
                  DeployOptions.given(options.namespace), Optional.of(options.kind()))) {
        Serving.checkLength(options.kind(), name, services.namespace());
        return deployment.run(services, sized, extent, limit).report(console);
      }
    }
  }
}
