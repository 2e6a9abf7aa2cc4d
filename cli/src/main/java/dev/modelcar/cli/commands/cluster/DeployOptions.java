package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.options.Usage;
import dev.modelcar.kubernetes.serving.DeployMode;
import dev.modelcar.kubernetes.serving.ServedKind;
import dev.modelcar.kubernetes.serving.Server;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.sizing.vllm.VllmVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How an image is served. */
public final class DeployOptions {
  /** The format by which KServe selects a runtime, if none is given. */
  public static final String FORMAT = "vLLM";

  /** The kinds of objects that serve. */
  static final String KINDS = "inferenceservice|deployment|llminferenceservice";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "namespace of what serves (default: the kubeconfig's)")
  @Nullable String namespace;

  @Option(
      names = {"--format", "--kind"},
      paramLabel = KINDS,
      description =
          "what serves the image: KServe's InferenceService (default); a Deployment that mounts the image, with a"
              + " Service, which needs no KServe; or KServe's LLMInferenceService")
  @Nullable String kind;

  @Option(
      names = "--runtime-image",
      paramLabel = "IMAGE",
      description =
          "with --format deployment: image of the server (default: vLLM's, of the release that models are sized for)")
  @Nullable String runtimeImage;

  @Option(
      names = "--runtime-command",
      paramLabel = "WORD",
      description =
          "with --format deployment: command of the server, word by word, which finds the model at /mnt/models and"
              + " listens on port 8080; repeatable (default: vllm serve)")
  List<String> runtimeCommand = new ArrayList<>();

  @Option(
      names = "--health-path",
      paramLabel = "PATH",
      description =
          "with --format deployment: path that responds as soon as the model is served (default: /health)")
  @Nullable String health;

  @Option(
      names = "--mode",
      paramLabel = "modelcar|native|fetch",
      description =
          "how the files come to the server: by a container of the image beside it, by a volume of the image, or by a"
              + " download, which KServe 0.21 and newer have (default: modelcar or native, what the cluster supports)")
  @Nullable String mode;

  @Option(
      names = "--runtime",
      paramLabel = "NAME",
      description = "ServingRuntime or ClusterServingRuntime (default: KServe selects one)")
  @Nullable String runtime;

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
      names = "--request",
      paramLabel = "NAME=AMOUNT",
      description = "request of the server, such as memory=32Gi; repeatable")
  Map<String, String> requests = new LinkedHashMap<>();

  @Option(
      names = "--limit",
      paramLabel = "NAME=AMOUNT",
      description = "limit of the server; repeatable")
  Map<String, String> limits = new LinkedHashMap<>();

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
      names = "--connection",
      paramLabel = "NAME",
      description =
          "connection of the OpenShift AI dashboard to pull the image with: a Secret of the protocol oci")
  @Nullable String connection;

  @Option(
      names = "--hardware-profile",
      paramLabel = "NAME[:NAMESPACE]",
      description =
          "hardware profile of OpenShift AI, which gives the pods requests, limits, node selector and tolerations"
              + " (default namespace: that of what serves)")
  @Nullable String hardwareProfile;

  @Option(
      names = "--service-account",
      paramLabel = "NAME",
      description = "service account of the pods")
  @Nullable String serviceAccount;

  @Option(
      names = "--node-selector",
      paramLabel = "KEY=VALUE",
      description = "label that the nodes of the pods must have; repeatable")
  List<String> nodeLabels = new ArrayList<>();

  @Option(
      names = "--tensor-parallel-size",
      paramLabel = "N",
      description = "GPUs over which vLLM splits the model, as its argument of that name")
  @Nullable String tensorParallelSize;

  /** Whether anything of it was given, which is a mistake unless something is deployed. */
  boolean isGiven() {
    return namespace != null
        || kind != null
        || runtimeImage != null
        || !runtimeCommand.isEmpty()
        || health != null
        || mode != null
        || runtime != null
        || gpu != null
        || gpus != null
        || context != null
        || pullSecret != null
        || connection != null
        || hardwareProfile != null
        || serviceAccount != null
        || !arguments.isEmpty()
        || !resources.isEmpty()
        || !requests.isEmpty()
        || !limits.isEmpty()
        || tensorParallelSize != null
        || !nodeLabels.isEmpty();
  }

  void check() {
    deployMode();
    nodeSelector();
    arguments();
    if (gpu == null && (gpus != null || context != null)) {
      throw Usage.invalid("--gpus and --context need --gpu");
    }
    if (!given(hardwareProfile).orElse("a").matches("[^:]+(:[^:]+)?")) {
      throw Usage.invalid(
          "--hardware-profile takes NAME or NAME:NAMESPACE, not " + hardwareProfile);
    }
    boolean server = runtimeImage != null || health != null || !runtimeCommand.isEmpty();
    if (kind() == ServedKind.DEPLOYMENT) {
      if (connection != null || hardwareProfile != null) {
        throw Usage.invalid(
            "--connection and --hardware-profile are for KServe: with --format deployment, give --pull-secret and"
                + " --resource");
      }
      if (given(runtime).isPresent()
          || deployMode().filter(one -> one != DeployMode.NATIVE).isPresent()) {
        throw Usage.invalid(
            "--format deployment mounts the image (--mode native), and its server is --runtime-image, not --runtime");
      }
    } else if (server) {
      throw Usage.invalid(
          "--runtime-image, --runtime-command and --health-path need --format deployment");
    }
    if (kind() == ServedKind.LLM_INFERENCE_SERVICE
        && (given(runtime).isPresent()
            || deployMode().filter(DeployMode.FETCH::equals).isPresent())) {
      throw Usage.invalid("--kind llminferenceservice takes neither --runtime nor --mode fetch");
    }
    if (!given(health).orElse("/").startsWith("/")) {
      throw Usage.invalid("--health-path takes a path that begins with /, not " + health);
    }
  }

  ServedKind kind() {
    return kind(kind).orElse(ServedKind.INFERENCE_SERVICE);
  }

  static Optional<ServedKind> kind(@Nullable String text) {
    return given(text)
        .map(id ->
            ServedKind.ofId(id)
                .orElseThrow(
                    () -> Usage.invalid("--format takes %s, not %s".formatted(KINDS, id))));
  }

  /** The server of a plain Deployment. */
  Server server(String name) {
    Server vllm = Server.vllm(VllmVersion.NEWEST.toString(), name);
    return new Server(
        given(runtimeImage).orElse(vllm.image()),
        runtimeCommand.isEmpty() ? vllm.command() : runtimeCommand,
        given(health).orElse(vllm.health()));
  }

  Optional<DeployMode> deployMode() {
    return given(mode)
        .map(text ->
            DeployMode.ofId(text)
                .orElseThrow(
                    () -> Usage.invalid("--mode takes modelcar, native or fetch, not " + text)));
  }

  /** Sizes the server, if that is wanted. */
  DeploySizing sizing(ImageReader reader, ImageReference image) {
    DeploySizing sizing =
        gpu == null
            ? DeploySizing.none()
            : DeploySizing.of(reader, image, given(gpu).get(), gpus, context);
    if (kind() == ServedKind.DEPLOYMENT
        && runtimeImage == null
        && sizing.engine().equals("llama.cpp")) {
      throw Usage.invalid(
          "the model is served by llama.cpp, not vLLM: name an image of it with --runtime-image, and its command with"
              + " --runtime-command");
    }
    return sizing;
  }

  /**
   * What the dashboard and its webhooks read; in the first create, for later they restart the pods.
   */
  Map<String, String> annotations(String namespace) {
    Map<String, String> all = new TreeMap<>();
    given(connection).ifPresent(name -> all.put("opendatahub.io/connections", name));
    given(hardwareProfile)
        .map(profile -> profile.split(":", 2))
        .ifPresent(parts -> {
          all.put("opendatahub.io/hardware-profile-name", parts[0]);
          all.put(
              "opendatahub.io/hardware-profile-namespace",
              parts.length == 2 ? parts[1] : namespace);
        });
    return all;
  }

  /** What pipelines leave empty counts as not given. */
  static Optional<String> given(@Nullable String text) {
    return Optional.ofNullable(text).filter(word -> !word.isBlank());
  }

  /** The user's arguments for the server. */
  List<String> arguments() {
    String size = given(tensorParallelSize).orElse("1");
    if (!size.matches("[1-9]\\d{0,3}")) {
      throw Usage.invalid("--tensor-parallel-size takes a number from 1, not " + size);
    }
    List<String> all = new ArrayList<>(arguments);
    if (!size.equals("1")) {
      all.add("--tensor-parallel-size=" + size);
    }
    return all;
  }

  Map<String, String> nodeSelector() {
    Map<String, String> labels = new TreeMap<>();
    for (String label : nodeLabels) {
      int equals = label.indexOf('=');
      if (equals > 0) {
        labels.put(label.substring(0, equals), label.substring(equals + 1));
      } else if (!label.isBlank()) {
        throw Usage.invalid("--node-selector takes KEY=VALUE, not " + label);
      }
    }
    return labels;
  }

  Map<String, String> givenRequests() {
    return joined(resources, requests);
  }

  Map<String, String> givenLimits() {
    return joined(resources, limits);
  }

  private static Map<String, String> joined(Map<String, String> one, Map<String, String> other) {
    Map<String, String> all = new TreeMap<>(one);
    all.putAll(other);
    // What pipelines leave empty; and a node without GPUs does not know that it has 0.
    all.values().removeIf(amount -> amount.isBlank() || amount.equals("0"));
    return all;
  }
}
