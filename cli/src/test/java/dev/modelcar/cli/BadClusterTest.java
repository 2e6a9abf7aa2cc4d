package dev.modelcar.cli;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on a cluster that does not answer, or not as one would like. */
final class BadClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  static String kubeconfig(TestServer cluster) {
    return """
    apiVersion: v1
    kind: Config
    clusters: [{name: c, cluster: {server: "%s"}}]
    contexts: [{name: c, context: {cluster: c, user: u}}]
    current-context: c
    users: [{name: u, user: {token: x}}]
    """
        .formatted(cluster.uri());
  }

  private void fails(TestServer cluster, ErrorCode code, String says) throws IOException {
    Path access = folder.resolve("kubeconfig");
    Files.writeString(access, kubeconfig(cluster));
    Map<String, String> variables =
        Map.of("KUBECONFIG", access.toString(), "KUBERNETES_REQUEST_RETRY_BACKOFFLIMIT", "0");
    try (ChildProcess run =
        ChildCli.start(folder, variables, ChildCli.Rights.usual(), List.of("run", "any"))) {
      assertThat(run.await(PATIENCE)).hasValue(code.category().exitCode());
      assertThat(run.output()).contains("error id: " + code.id()).contains(says);
    }
  }

  /** A parser quotes what it stumbles over, and that may be a token. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "users: [{name: u, user: {token: \"s3cret-t0ken\\q\"}}]",
        "users: [{name: u, user: {token: s3cret-t0ken",
        "token: s3cret-t0ken: s3cret-t0ken",
        "\ttoken: s3cret-t0ken",
        "{\"token\": s3cret-t0ken}",
        "s3cret-t0ken",
        "- s3cret-t0ken",
        "users: s3cret-t0ken",
        "users: [s3cret-t0ken]",
        "clusters: [{name: c, cluster: {server: \"http://[s3cret-t0ken\"}}]\n"
            + "contexts: [{name: c, context: {cluster: c, user: u}}]\ncurrent-context: c",
        "clusters: [{name: c, cluster: {server: \"https://127.0.0.1:1\","
            + " certificate-authority-data: s3cret-t0ken}}]\n"
            + "contexts: [{name: c, context: {cluster: c, user: u}}]\ncurrent-context: c"
      })
  void aKubeconfigIsNeverQuoted(String content) throws IOException {
    Path access = Files.writeString(folder.resolve("kubeconfig"), content + "\n");
    Map<String, String> variables =
        Map.of("KUBECONFIG", access.toString(), "KUBERNETES_REQUEST_RETRY_BACKOFFLIMIT", "0");
    try (ChildProcess run =
        ChildCli.start(
            folder, variables, ChildCli.Rights.usual(), List.of("run", "any", "--verbose"))) {
      int code = run.await(PATIENCE).orElseThrow();
      assertThat(code).as(run.output()).isIn(4, 6);
      assertThat(run.output())
          .doesNotContain("s3cret")
          .doesNotContain("bug in modelcar")
          .contains(
              "error id: "
                  + (code == 4 ? ClusterError.KUBECONFIG_INVALID : ClusterError.CLUSTER_UNREACHABLE)
                      .id());
    }
  }

  /** A run that was started by hand has ended, with a pod that is still there. */
  private static TestServer ended(int exitCode, String reason, String log) {
    String base = "/apis/tekton.dev/v1/namespaces/default/";
    Map<String, String> objects =
        Map.of(
            base + "pipelineruns/r",
            """
            {"metadata": {"name": "r"}, "status": {
              "conditions": [{"type": "Succeeded", "status": "False", "reason": "Failed", "message": "m"}],
              "results": [{"name": "summary", "value": "ship failed"}]}}
            """,
            base + "taskruns",
            """
            {"items": [{"metadata": {"name": "r-ship", "labels": {"tekton.dev/pipelineRun": "r", "tekton.dev/pipelineTask": "ship"}},
              "status": {"podName": "p", "steps": [{"name": "s", "container": "step-s", "terminated": {"exitCode": %d}}], "conditions": [
                {"type": "Succeeded", "status": "False", "reason": "%s", "message": "t"}]}}]}
            """
                .formatted(exitCode, reason),
            "/api/v1/namespaces/default/pods",
            """
            {"items": [{"metadata": {"name": "p", "labels": {"tekton.dev/taskRun": "r-ship"}},
              "spec": {"containers": [{"name": "step-s", "resources": {"limits": {"memory": "512Mi"}}}]},
              "status": {"containerStatuses": [{"name": "step-s", "state": {"terminated": {"reason": "Error"}}}]}}]}
            """);
    return TestServer.start(call -> {
      String body =
          call.path().endsWith("/log")
              ? log.lines()
                  .map(
                      (call.query("timestamps").isPresent() ? "2026-01-01T00:00:00Z %s\n" : "%s\n")
                          ::formatted)
                  .collect(joining())
              : objects.get(call.path());
      call.respond(
          body == null ? 404 : 200,
          Headers.of("Content-Type", "application/json"),
          String.valueOf(body).getBytes(StandardCharsets.UTF_8));
    });
  }

  private String follow(TestServer cluster, String... options) throws IOException {
    Path access = Files.writeString(folder.resolve("kubeconfig"), kubeconfig(cluster));
    Map<String, String> variables = Map.of("KUBECONFIG", access.toString());
    List<String> words = new ArrayList<>(List.of("run", "--follow", "r"));
    words.addAll(List.of(options));
    try (ChildProcess run = ChildCli.start(folder, variables, ChildCli.Rights.usual(), words)) {
      assertThat(run.await(PATIENCE)).hasValue(ClusterError.RUN_FAILED.category().exitCode());
      return run.output();
    }
  }

  @Test
  void whatStaysWrongIsNotResumed() throws IOException {
    String log = "error: h.example: no\n  what to do: Do this.\n  error id: registry-denied";
    try (TestServer cluster = ended(4, "StepFailed", log)) {
      assertThat(follow(cluster))
          .containsPattern("summary +ship failed")
          .contains(
              "cause: h.example: no (registry-denied)\n  where       taskrun/r-ship, task ship, step s\n",
              "  evidence    log of p step-s: error: h.example: no\n",
              "  what to do  Do this.\n",
              "  | cause: h.example: no (registry-denied)\n",
              "  what to do: Do this. Then start a new run; it reuses what has arrived.")
          .doesNotContain("--resume");
      assertThat(follow(cluster, "--output=json"))
          .contains("\"summary\" : \"ship failed\"")
          .contains("\"diagnosis\" : {", "\"rule\" : \"registry-denied\"")
          .contains("\"id\" : \"run-failed\"");
    }
  }

  @Test
  void whatRanOutOfMemoryIsResumedWithMore() throws IOException {
    try (TestServer cluster = ended(137, "StepOOM", "at work")) {
      assertThat(follow(cluster))
          .contains(
              "cause: The step s used more memory than its limit and was killed (step-out-of-memory)")
          .contains("pod/p container step-s: limits.memory: 512Mi")
          .containsPattern("  what to do: .*`modelcar run --resume r --task-memory ship=1024MiB`");
    }
  }

  @Test
  void whatMayPassIsResumed() throws IOException {
    try (TestServer cluster = ended(6, "StepFailed", "error: away\n  error id: network-broken")) {
      assertThat(follow(cluster))
          .containsPattern("  what to do: .*`modelcar run --resume r` starts it again");
    }
  }

  @Test
  void anExhaustedHeapIsKnownByItsLine() throws IOException {
    String log = "Terminating due to java.lang.OutOfMemoryError: Java heap space";
    try (TestServer cluster = ended(3, "StepFailed", log)) {
      assertThat(follow(cluster))
          .contains("(java-heap-exhausted)")
          .containsPattern("  what to do: .*`modelcar run --resume r --task-memory ship=1024MiB`");
    }
  }

  /** What the report knows are words; who may not read the run says the same by the same rules. */
  @Test
  void aReportWithoutRightsSaysWhatItsWordsTell() throws IOException {
    try (TestServer cluster = TestServer.start(call -> call.respond(403, Headers.of()))) {
      String said =
          report(cluster, "--task=ship=Failed/StepOOM", "--task=verify=None", "--status=Failed");
      assertThat(said)
          .contains("  ship: Failed (StepOOM): A step used more memory than its limit")
          .contains("  verify: did not run\n")
          .contains("cause: A step used more memory")
          .contains("`modelcar run --resume r --task-memory ship=1024MiB`")
          .containsPattern(
              "partial: not everything could be read\n  .*`modelcar diagnose pipelinerun/r` reads it");
      assertThat(report(cluster, "--task=ship=Failed/StepFailed", "--status=Failed"))
          .contains("  ship: Failed (StepFailed)\n")
          .containsPattern("not diagnosed: .*`modelcar diagnose pipelinerun/r` reads it")
          .doesNotContain("cause");
      assertThat(report(cluster, "--task=ship=Succeeded/Succeeded", "--status=Completed"))
          .doesNotContain("cause", "partial", "not diagnosed");
    }
  }

  @Test
  void aReportThatMayReadTheRunHasItsEvidence() throws IOException {
    String log = "error: h.example: no\n  what to do: Do this.\n  error id: registry-denied";
    try (TestServer cluster = ended(4, "StepFailed", log)) {
      assertThat(report(cluster, "--task=ship=Failed/StepFailed", "--status=Failed"))
          .contains("  ship: Failed (StepFailed): h.example: no\n")
          .contains("  evidence    log of p step-s: error: h.example: no\n");
      assertThat(report(cluster, "--task=ship=Failed/StepFailed", "--output=json"))
          .contains("\"advice\" : \"Do this.\"", "\"rule\" : \"registry-denied\"");
    }
  }

  private String report(TestServer cluster, String... options) throws IOException {
    Path access = Files.writeString(folder.resolve("kubeconfig"), kubeconfig(cluster));
    Map<String, String> variables =
        Map.of("KUBECONFIG", access.toString(), "KUBERNETES_REQUEST_RETRY_BACKOFFLIMIT", "0");
    List<String> words = new ArrayList<>(List.of("report", "--run=r"));
    words.addAll(List.of(options));
    try (ChildProcess run = ChildCli.start(folder, variables, ChildCli.Rights.usual(), words)) {
      assertThat(run.await(PATIENCE)).hasValue(0);
      return run.output();
    }
  }

  @Test
  void oneThatIsAwaySaysSo() throws IOException {
    try (TestServer cluster = TestServer.start(call -> call.respond(200, Headers.of()))) {
      cluster.refuse();
      fails(cluster, ClusterError.CLUSTER_UNREACHABLE, "refused");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401, CLUSTER_FORBIDDEN, not today",
    "403, CLUSTER_FORBIDDEN, not today",
    "404, CLUSTER_OBJECT_NOT_FOUND, Pipeline any not found",
    "422, CLUSTER_REFUSED, not today",
    "503, CLUSTER_UNREACHABLE, not today"
  })
  void itsAnswerHasACode(int status, ClusterError code, String says) throws IOException {
    byte[] body =
        """
        {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "not today", "code": %d}
        """
            .formatted(status)
            .getBytes(StandardCharsets.UTF_8);
    Headers json = Headers.of("Content-Type", "application/json");
    try (TestServer cluster = TestServer.start(call -> call.respond(status, json, body))) {
      fails(cluster, code, says);
    }
  }
}
