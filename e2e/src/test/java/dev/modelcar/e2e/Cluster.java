package dev.modelcar.e2e;

import dev.modelcar.testkit.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster with Tekton that {@code KUBECONFIG} leads to, and whose pods reach this machine at
 * {@code MODELCAR_TEST_HOST}. Tests that need one are skipped where there is none.
 */
final class Cluster {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Path folder;
  private final String kubectl;
  private final String kubeconfig;
  private final String host;

  private Cluster(Path folder, String kubectl, String kubeconfig, String host) {
    this.folder = folder;
    this.kubectl = kubectl;
    this.kubeconfig = kubeconfig;
    this.host = host;
  }

  /** Why there is none. */
  static Optional<String> missing() {
    return variable("KUBECONFIG").isEmpty() || variable("MODELCAR_TEST_HOST").isEmpty()
        ? Optional.of(
            "missing: a cluster with Tekton (KUBECONFIG, and MODELCAR_TEST_HOST: this machine for"
                + " its pods)")
        : Optional.empty();
  }

  /** The cluster that there is. */
  static Cluster in(Path folder) {
    return new Cluster(
        folder, Programs.need("kubectl"), variable("KUBECONFIG"), variable("MODELCAR_TEST_HOST"));
  }

  private static String variable(String name) {
    return System.getenv().getOrDefault(name, "");
  }

  /** This machine, as pods see it. */
  String host() {
    return host;
  }

  /** The same by a name that pods can resolve; the hub's CDN needs one of its own. */
  String hostName() {
    return System.getenv().getOrDefault("MODELCAR_TEST_HOST_NAME", "host.modelcar.internal");
  }

  String kubeconfig() {
    return kubeconfig;
  }

  /** Runs kubectl, which has to succeed, and returns what it wrote. */
  String kubectl(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(kubectl));
    command.addAll(List.of(words));
    return Programs.run(folder, Map.of("KUBECONFIG", kubeconfig), command.toArray(String[]::new));
  }

  /** Starts kubectl, and does not wait for it. */
  ChildProcess start(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(kubectl));
    command.addAll(List.of(words));
    Path output = Files.createTempFile(folder, "kubectl-", ".log");
    return ChildProcess.start(
        new ChildProcess.Command(command, Map.of("KUBECONFIG", kubeconfig), folder, output));
  }

  /** Waits until an object is as asked, in kubectl's words; false if it does not come to that. */
  boolean await(String namespace, String condition, String object) throws IOException {
    try (ChildProcess process =
        start("-n", namespace, "wait", "--for=" + condition, object, "--timeout=3m")) {
      return process.await(PATIENCE).orElse(-1) == 0;
    }
  }

  /** A namespace that admits only what Pod Security calls restricted, as any user. */
  void makeNamespace(String name) throws IOException {
    kubectl("create", "namespace", name);
    kubectl(
        "label",
        "namespace",
        name,
        "pod-security.kubernetes.io/enforce=restricted",
        "modelcar.example/openshift-uid=1000680000");
  }
}
