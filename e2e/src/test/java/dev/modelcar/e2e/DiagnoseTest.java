package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.modelcar.testkit.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Failures that are provoked on a real cluster, all at once, and what diagnose says of each. */
@EnabledIf("hasCluster")
final class DiagnoseTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** A TaskRun with one step: its name, its rule, more of the spec, more of the step. */
  private static final String TASK =
      """
      ---
      apiVersion: tekton.dev/v1
      kind: TaskRun
      metadata: {name: NAME}
      spec:
        SPEC
        taskSpec:
          steps:
          - name: move
            image: localhost/busybox:1
            STEP
            script: |
              #!/bin/sh
              SCRIPT
      """;

  @TempDir Path folder;

  static boolean hasCluster() {
    return Cluster.missing().isEmpty() && Programs.missing("kubectl").isEmpty();
  }

  private final Map<String, String> rules = new LinkedHashMap<>();
  private final StringBuilder manifests = new StringBuilder();

  private void provoke(String name, String rule, String spec, String step, String script) {
    rules.put(name, rule);
    manifests.append(
        TASK.replace("NAME", name)
            .replace("SPEC", spec)
            .replace("STEP", step)
            .replace("SCRIPT", script));
  }

  @Test
  void namesTheCauseOfEach() throws IOException {
    String none = "timeout: 3m";
    provoke(
        "memory",
        "step-out-of-memory",
        none,
        "computeResources: {limits: {memory: 32Mi}}",
        "tail /dev/zero");
    provoke("slow", "task-timeout", "timeout: 15s", "env: []", "echo uploading; sleep 300");
    provoke("limit", "step-timeout", none, "timeout: 5s", "sleep 300");
    provoke(
        "secret",
        "secret-missing",
        none,
        "env: [{name: HF_TOKEN, valueFrom: {secretKeyRef: {name: none, key: token}}}]",
        "exit 0");
    provoke("account", "service-account-missing", "serviceAccountName: none", "env: []", "exit 0");
    provoke(
        "privileged",
        "pod-security-refused",
        none,
        "securityContext: {privileged: true}",
        "exit 0");
    provoke(
        "login",
        "push-unauthorized",
        none,
        "env: []",
        "echo 'Error: authentication required'; exit 125");
    provoke("tool", "tool-missing", none, "env: []", "echo pushed; skopeo inspect docker://a/b");
    provoke(
        "image",
        "image-not-pushed",
        none,
        "env: []",
        "echo 'Error: reading manifest v1 in a.example.com/m: manifest unknown'; exit 1");
    provoke(
        "disk", "disk-full", none, "env: []", "echo 'write /x: no space left on device'; exit 1");
    provoke(
        "gated",
        "hub-gated",
        none,
        "env: []",
        "echo 'Cannot access gated repo for url https://huggingface.co/a/b.'; exit 1");
    provoke(
        "flux",
        "unexplained-failure",
        none,
        "env: []",
        "echo 'ignored: no space left on device'; echo bad flux; exit 42");
    provoke("well", "", none, "env: []", "echo 'retrying: 401 authentication required'; exit 0");

    Cluster cluster = Cluster.in(folder);
    String namespace = "diagnose-" + Long.toHexString(ProcessHandle.current().pid());
    cluster.kubectl("create", "namespace", namespace);
    try {
      cluster.kubectl(
          "label", "namespace", namespace, "pod-security.kubernetes.io/enforce=baseline");
      assertThat(cluster.await(namespace, "create", "serviceaccount/default")).isTrue();
      Path file = Files.writeString(folder.resolve("runs.yaml"), manifests);
      cluster.kubectl("-n", namespace, "apply", "-f", file.toString());
      for (String name : rules.keySet()) {
        String status = name.equals("well") ? "True" : "False";
        assertThat(cluster.await(namespace, "condition=Succeeded=" + status, "taskrun/" + name))
            .as(name)
            .isTrue();
      }
      for (Map.Entry<String, String> expected : rules.entrySet()) {
        check(cluster, namespace, expected.getKey(), expected.getValue());
      }
    } finally {
      cluster.kubectl("delete", "namespace", namespace, "--wait=false");
    }
  }

  private void check(Cluster cluster, String namespace, String name, String rule)
      throws IOException {
    Modelcar modelcar =
        Modelcar.in(folder.resolve("home")).with("KUBECONFIG", cluster.kubeconfig());
    Path saved = folder.resolve("case-" + name);
    String first =
        diagnose(
            modelcar, rule, "taskrun/" + name, "-n", namespace, "--save", saved.toString(), "-q");
    JsonNode document = new ObjectMapper().readTree(first);
    assertThat(document.path("partial").asBoolean()).as(first).isFalse();
    assertThat(document.at("/findings/0/rule").asText()).as(first).isEqualTo(rule);
    assertThat(diagnose(modelcar, rule, saved.toString())).isEqualTo(first);
  }

  private static String diagnose(Modelcar modelcar, String rule, String... words)
      throws IOException {
    String[] command = new String[words.length + 3];
    command[0] = "diagnose";
    System.arraycopy(words, 0, command, 1, words.length);
    command[words.length + 1] = "-o";
    command[words.length + 2] = "json";
    try (ChildProcess process = modelcar.start(command)) {
      assertThat(process.await(PATIENCE)).as(process.output()).hasValue(rule.isEmpty() ? 0 : 9);
      return process.output();
    }
  }
}
