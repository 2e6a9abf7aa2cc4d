package dev.modelcar.kubernetes.serving;

import com.fasterxml.jackson.databind.JsonNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.kubernetes.cluster.ClusterError;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.VersionInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How an image should be served, by what the cluster supports.
 *
 * @param plain whether a plain {@code oci://} means this mode
 * @param why in words
 */
record ModeChoice(DeployMode mode, boolean plain, String why) {
  private static final List<String> CONFIGURED_IN =
      List.of("kserve", "redhat-ods-applications", "opendatahub");
  private static final Pattern CONTAINERD = Pattern.compile("containerd://(\\d+)\\.(\\d+).*");
  private static final Pattern CRIO = Pattern.compile("cri-o://(\\d+)\\.(\\d+).*");
  private static final int FIRST_WITH_FOLDERS = 33;
  private static final Pattern NUMBER = Pattern.compile("(\\d+).*");

  /**
   * What the cluster says of itself; what may not be read is empty.
   *
   * @param minor of Kubernetes 1
   * @param runtimesMount whether all nodes' container runtimes mount a folder of an image
   * @param restricted whether Pod Security of the namespace is {@code restricted}
   * @param settings KServe's {@code storageInitializer}
   */
  record Facts(
      Optional<Integer> minor,
      Optional<Boolean> runtimesMount,
      boolean restricted,
      Optional<JsonNode> settings) {

    private String setting(String name) {
      return settings.map(node -> node.path(name).asText("")).orElse("");
    }

    private boolean knowsModes() {
      return settings.map(node -> node.has("ociModelMode")).orElse(false);
    }

    private boolean modelcarEnabled() {
      return settings.isEmpty()
          || setting("enableModelcar").equals("true")
          || setting("enableOciModelSupport").equals("true")
          || knowsModes();
    }

    /** Image volumes without a feature gate, with a sub path. */
    private boolean mountsImages() {
      return minor.filter(version -> version >= 35).isPresent() && runtimesMount.orElse(true);
    }
  }

  /**
   * Chooses.
   *
   * @param wanted by the user
   * @throws ModelcarException if what is wanted, or anything, cannot be served
   */
  static ModeChoice of(Optional<DeployMode> wanted, Facts facts) {
    DeployMode plain =
        facts.setting("ociModelMode").equals("native") ? DeployMode.NATIVE : DeployMode.MODELCAR;
    if (wanted.isPresent()) {
      if (wanted.get() == DeployMode.MODELCAR && facts.restricted()) {
        throw new ModelcarException(
            ClusterError.CLUSTER_REFUSED,
            "modelcar mode cannot run in this namespace: its Pod Security is restricted, and KServe"
                + " gives the model's containers no security context",
            "Deploy with --mode native, or in another namespace.",
            null);
      }
      return new ModeChoice(wanted.get(), wanted.get() == plain, "as asked for");
    }
    if (plain == DeployMode.NATIVE) {
      return new ModeChoice(plain, true, "KServe is configured to mount images (ociModelMode)");
    }
    if (facts.mountsImages() && facts.knowsModes()) {
      return new ModeChoice(
          DeployMode.NATIVE,
          false,
          "Kubernetes 1.%d mounts images as volumes: no shell, no second container, no user to match"
              .formatted(facts.minor().orElseThrow()));
    }
    if (facts.restricted()) {
      throw new ModelcarException(
          ClusterError.CLUSTER_REFUSED,
          "the namespace's Pod Security is restricted, which modelcar mode cannot meet, and the"
              + " cluster is not known to mount images",
          "Use another namespace, or --mode native if Kubernetes is 1.33 or later with the feature"
              + " gate ImageVolume.",
          null);
    }
    if (!facts.modelcarEnabled()) {
      throw new ModelcarException(
          ClusterError.CLUSTER_REFUSED,
          "KServe's configuration does not enable images as models",
          "Set enableModelcar to true in the ConfigMap inferenceservice-config.",
          null);
    }
    return new ModeChoice(
        DeployMode.MODELCAR,
        true,
        facts.minor().isPresent() && facts.mountsImages()
            ? "KServe is older than 0.20, or its configuration may not be read"
            : "the cluster is not known to mount images as volumes");
  }

  /**
   * Checks whether the cluster mounts images without KServe.
   *
   * @throws ModelcarException if it certainly does not
   */
  static ModeChoice mounted(Facts facts, boolean someNodes) {
    boolean old = facts.minor().filter(version -> version < FIRST_WITH_FOLDERS).isPresent();
    if (old || (!someNodes && !facts.runtimesMount().orElse(true))) {
      throw new ModelcarException(
          ClusterError.CLUSTER_REFUSED,
          old
              ? "Kubernetes 1.%d cannot mount a folder of an image"
                  .formatted(facts.minor().orElseThrow())
              : "the container runtime of a node cannot mount a folder of an image",
          "It takes Kubernetes 1.35 (1.33 with the feature gate ImageVolume), and containerd 2.2 or CRI-O 1.33:"
              + " select nodes that have it with --node-selector.",
          null);
    }
    return new ModeChoice(
        DeployMode.NATIVE,
        true,
        facts
            .minor()
            .map("Kubernetes 1.%d mounts the image as a volume"::formatted)
            .orElse("the image is mounted as a volume"));
  }

  // ---- facts ----

  static Facts facts(Cluster cluster) {
    return new Facts(
        minor(cluster), runtimesMount(cluster), restricted(cluster), settings(cluster));
  }

  private static Optional<Integer> minor(Cluster cluster) {
    return allowed(() -> cluster.client().getKubernetesVersion())
        .map(VersionInfo::getMinor)
        .map(NUMBER::matcher)
        .filter(Matcher::matches)
        .map(matcher -> Integer.parseInt(matcher.group(1)));
  }

  private static Optional<Boolean> runtimesMount(Cluster cluster) {
    return allowed(() -> cluster.client().nodes().list())
        .map(nodes -> nodes.getItems().stream().allMatch(ModeChoice::mounts));
  }

  /** From containerd 2.2 and CRI-O 1.33 on, a folder of an image can be mounted. */
  private static boolean mounts(Node node) {
    String runtime =
        node.getStatus() == null || node.getStatus().getNodeInfo() == null
            ? ""
            : "" + node.getStatus().getNodeInfo().getContainerRuntimeVersion();
    return isAtLeast(CONTAINERD.matcher(runtime), 2, 2) || isAtLeast(CRIO.matcher(runtime), 1, 33);
  }

  private static boolean isAtLeast(Matcher version, int major, int minor) {
    if (!version.matches()) {
      return false;
    }
    int first = Integer.parseInt(version.group(1));
    return first > major || (first == major && Integer.parseInt(version.group(2)) >= minor);
  }

  private static boolean restricted(Cluster cluster) {
    return allowed(() -> cluster.client().namespaces().withName(cluster.namespace()).get())
        .map(namespace -> namespace.getMetadata().getLabels())
        .map(labels -> labels.get("pod-security.kubernetes.io/enforce"))
        .filter("restricted"::equals)
        .isPresent();
  }

  private static Optional<JsonNode> settings(Cluster cluster) {
    return CONFIGURED_IN.stream()
        .flatMap(namespace ->
            allowed(() ->
                cluster
                    .client()
                    .configMaps()
                    .inNamespace(namespace)
                    .withName("inferenceservice-config")
                    .get())
                .stream())
        .findFirst()
        .map(ConfigMap::getData)
        .map(data -> data.get("storageInitializer"))
        .flatMap(ModeChoice::parse);
  }

  private static Optional<JsonNode> parse(String text) {
    try {
      return Optional.of(Json.parse(text.getBytes(StandardCharsets.UTF_8)));
    } catch (Json.InvalidJsonException e) {
      return Optional.empty();
    }
  }

  /** What there is and may be read. */
  private static <T> Optional<T> allowed(Supplier<@Nullable T> read) {
    try {
      return Optional.ofNullable(read.get());
    } catch (KubernetesClientException e) {
      if (e.getCode() == 403 || e.getCode() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
