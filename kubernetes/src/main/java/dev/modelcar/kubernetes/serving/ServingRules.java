package dev.modelcar.kubernetes.serving;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What messages of pods, events, logs and conditions mean, the particular before the general. As
 * seen with KServe 0.20 on Kubernetes 1.36 with containerd 2.4.
 */
final class ServingRules {
  private ServingRules() {}

  /**
   * A rule.
   *
   * @param log whether it is about what a container printed, not about what the cluster says
   */
  private record Rule(String id, boolean log, Pattern pattern, String title, String fix) {}

  private static final List<Rule> RULES =
      List.of(
          log(
              "serve-files-unreadable",
              "(ls: can't open|ls: cannot open directory) '?/models'?: Permission denied",
              "/models may not be read by the user of the image",
              "Files of models need the mode 0644 and folders 0755, as `modelcar ship` packs them."),
          log(
              "serve-tool-missing",
              "sh: (\\d+: )?(ls|ln|sleep|mkdir): not found",
              "the image lacks a tool that modelcar mode runs",
              "Ship it again with the default base, or deploy with --mode native."),
          // KServe says so too of what it may not read, or has no tool to look at.
          log(
              "serve-model-empty",
              "NOK .*modelcar is invalid|/models does not exist or is empty",
              "the image has no files in /models",
              "Look with `modelcar inspect --files IMAGE`; ship the model again."),
          log(
              "serve-uid-differs",
              "/mnt/models/?: Permission denied|'/mnt/models'?: Permission denied",
              "the server and the model's container run as different users, so the files cannot be reached",
              "Set uidModelcar in KServe's configuration, or deploy with --mode native."),
          log(
              "serve-files-unreadable",
              "/mnt/models/\\S+: Permission denied",
              "a file of the model may not be read by the server's user",
              "Files of models need the mode 0644, as `modelcar ship` packs them."),
          log(
              "serve-gpu-memory",
              "CUDA out of memory|No available memory for the cache blocks|larger than the available KV cache",
              "the model does not fit into the GPU's memory",
              "`modelcar size IMAGE` says what it needs; give fewer tokens of context or more GPUs."),
          state(
              "serve-no-shell",
              "exec: \"?sh\"?: executable file not found",
              "the image has no shell, which modelcar mode needs",
              "Ship it again with the default base, or deploy with --mode native."),
          state(
              "serve-path-missing",
              "failed to ensure image subpath",
              "the image has no folder /models",
              "Only images as `modelcar ship` makes them can be served."),
          state(
              "serve-not-an-image",
              "number of layers and diffIDs don't match|mismatched image rootfs and manifest layers"
                  + "|parent snapshot .* does not exist",
              "the image is an artifact or its config does not list its layers, so no container can be made of it",
              "Ship the model again; `modelcar verify IMAGE` says what is wrong."),
          state(
              "serve-platform-missing",
              "no match for platform in manifest",
              "the image is not made for the node's architecture",
              "Ship it with --platform for the architectures of the nodes."),
          state(
              "serve-layer-missing",
              "could not fetch content descriptor|blob unknown",
              "the registry has the manifest but lacks a layer",
              "`modelcar verify IMAGE` shows which; ship the model again."),
          state(
              "serve-pull-unauthorized",
              "no basic auth credentials|authorization failed|401 Unauthorized|403 Forbidden|denied:"
                  + "|insufficient_scope|unauthorized",
              "the cluster may not pull the image: the pull secret is missing, has another name, or is wrong",
              "Create it (`kubectl create secret docker-registry NAME …`) and name it with --pull-secret."),
          state(
              "serve-image-not-found",
              "(?s)(ErrImagePull|ImagePullBackOff|Failed to pull|failed to pull|rpc error).*(not found|manifest unknown|name unknown)",
              "the registry does not have the image",
              "Look with `modelcar inspect IMAGE` from where the cluster is; it may have been deleted."),
          state(
              "serve-registry-unreachable",
              "(?s)(pull|resolve).*(no such host|connection refused|i/o timeout|network is unreachable|deadline exceeded)",
              "the node cannot reach the registry",
              "Use the name by which nodes reach it, and check proxies and network policies."),
          state(
              "serve-registry-untrusted",
              "x509:|certificate signed by unknown authority|server gave HTTP response to HTTPS client",
              "the node does not trust the registry",
              "Add the registry's authority to the nodes, or configure it as insecure there."),
          state(
              "serve-image-invalid",
              "InvalidImageName|couldn't parse image|invalid reference format",
              "the image's name is not valid",
              "Names of repositories are in lower case."),
          state(
              "serve-run-as-nonroot",
              "runAsNonRoot and image (has non-numeric user|will run as root)",
              "the pod demands a user other than root, and the image has none or names one",
              "Ship it again with the default base, whose user is a number."),
          state(
              "serve-pod-security",
              "violates PodSecurity|unable to validate against any security context constraint",
              "the namespace does not admit the pod",
              "Modelcar mode cannot run where Pod Security is restricted: deploy with --mode native, or in another namespace."),
          state(
              "serve-quota",
              "exceeded quota|must specify limits|must specify requests",
              "the namespace's quota does not admit the pod",
              "Ask for more, or give less with --resource."),
          state(
              "serve-no-runtime",
              "NoSupportingRuntime|No runtime found|no runtime found",
              "no runtime of the cluster serves this format",
              "`kubectl get clusterservingruntimes,servingruntimes` lists them; name one with --runtime, or another --model-format."),
          state(
              "serve-runtime-unknown",
              "RuntimeNotRecognized|Waiting for runtime|ServingRuntime.* not found",
              "the runtime does not exist",
              "`kubectl get clusterservingruntimes,servingruntimes` lists those that do."),
          state(
              "serve-runtime-protocol",
              "does not support specified protocol version",
              "the runtime does not speak the protocol of this format",
              "Name another runtime or format."),
          state(
              "serve-name-too-long",
              "must be no more than 63 characters",
              "the name of the InferenceService is too long for this namespace",
              "NAME-predictor-NAMESPACE may have 63 characters."),
          state(
              "serve-scheme-unsupported",
              "not supported.*(scheme|protocol|storage)|(?i)unsupported (scheme|storage uri)|must be one of \\[",
              "this version of KServe does not know the address",
              "Deploy with --mode modelcar, or update KServe."),
          state(
              "serve-unschedulable-gpu",
              "Insufficient nvidia\\.com/gpu|Insufficient amd\\.com/gpu",
              "no node has a free GPU",
              "Free one, add a node, or ask for fewer with --resource."),
          state(
              "serve-unschedulable",
              "\\d+/\\d+ nodes are available",
              "no node can run the pod",
              "The scheduler's message says what is missing: resources, taints or volumes."),
          state(
              "serve-out-of-memory",
              "OOMKilled",
              "the server used more memory than its limit",
              "Give it more with --resource memory=SIZE."),
          state(
              "serve-node-full",
              "(?i)no space left on device|low on resource: ephemeral-storage|DiskPressure",
              "the node's disk is full",
              "Images need about twice their size on a node while they are unpacked."));

  private static Rule log(String id, String pattern, String title, String fix) {
    return new Rule(id, true, Pattern.compile(pattern), title, fix);
  }

  private static Rule state(String id, String pattern, String title, String fix) {
    return new Rule(id, false, Pattern.compile(pattern), title, fix);
  }

  /** What the cluster's words mean. */
  static Optional<Cause> ofState(String object, String said) {
    return find(false, object, said);
  }

  /** What the lines of a container mean. */
  static Optional<Cause> ofLog(String object, String lines) {
    return find(true, object, lines);
  }

  private static Optional<Cause> find(boolean log, String object, String said) {
    return RULES.stream()
        .filter(rule -> rule.log() == log && rule.pattern().matcher(said).find())
        .findFirst()
        .map(rule ->
            new Cause(rule.id(), rule.title(), object, evidence(rule.pattern(), said), rule.fix()));
  }

  /** The lines in which it is said, and no others: a log may be long. */
  private static List<String> evidence(Pattern pattern, String said) {
    List<String> lines =
        said.lines()
            .filter(line -> pattern.matcher(line).find())
            .map(String::strip)
            .limit(3)
            .toList();
    return lines.isEmpty() ? said.lines().map(String::strip).limit(2).toList() : lines;
  }
}
