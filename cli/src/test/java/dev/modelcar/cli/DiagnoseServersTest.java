package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.registry.FakeRegistry;
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

/** A diagnosis of a run on a cluster asks the registry, too; that of a folder never does. */
final class DiagnoseServersTest {
  @TempDir Path folder;

  private static TestServer cluster(String image) {
    String task =
        """
        {"apiVersion": "tekton.dev/v1", "kind": "TaskRun", "metadata": {"name": "t", "namespace": "default"},
         "spec": {"params": [{"name": "target", "value": ["http://%1$s"]}]}, "status": {"podName": "p", "conditions": [
          {"type": "Succeeded", "status": "False", "reason": "TaskRunImagePullFailed",
           "message": "Back-off pulling image %1$s: ErrImagePull: failed to pull and unpack image: pull access denied, authorization failed"}]}}
        """
            .formatted(image);
    return TestServer.start(call -> {
      boolean found = call.path().endsWith("/taskruns/t");
      call.respond(
          found ? 200 : 404,
          Headers.of("Content-Type", "application/json"),
          (found ? task : "{}").getBytes(StandardCharsets.UTF_8));
    });
  }

  private String diagnose(TestServer cluster, String... words) throws IOException {
    Path access =
        Files.writeString(folder.resolve("kubeconfig"), BadClusterTest.kubeconfig(cluster));
    List<String> all = new ArrayList<>(List.of("diagnose"));
    all.addAll(List.of(words));
    Map<String, String> variables =
        Map.of("KUBECONFIG", access.toString(), "KUBERNETES_REQUEST_RETRY_BACKOFFLIMIT", "0");
    try (ChildProcess run = ChildCli.start(folder, variables, ChildCli.Rights.usual(), all)) {
      assertThat(run.await(Duration.ofSeconds(60))).as(run.output()).hasValue(9);
      return run.output();
    }
  }

  @Test
  void theRegistryDecidesBetweenMissingAndDenied() throws IOException {
    String saved = folder.resolve("case").toString();
    String image;
    try (FakeRegistry registry = FakeRegistry.start()) {
      image = registry.authority() + "/team/tool:1";
      try (TestServer cluster = cluster(image)) {
        assertThat(diagnose(cluster, "taskrun/t", "--save", saved))
            .contains("(pull-not-found)")
            .containsPattern("the registry, asked at \\S+Z: it has no " + image);
        assertThat(diagnose(cluster, "taskrun/t", "--no-servers"))
            .contains("(pull-unauthorized)")
            .doesNotContain("asked at");
      }
    }
    try (TestServer cluster = cluster(image)) {
      assertThat(diagnose(cluster, saved))
          .contains("(pull-not-found)")
          .containsPattern("the registry, asked at \\S+Z: it has no " + image);
      assertThat(diagnose(cluster, "taskrun/t"))
          .contains("(pull-unauthorized)", "the registry was not asked for " + image);
    }
  }
}
