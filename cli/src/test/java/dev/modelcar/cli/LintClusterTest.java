package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemas come from the cluster: kinds of its own are known, and fields that only it has. */
final class LintClusterTest {
  private static final String DEFINITIONS =
      """
      {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinitionList", "metadata": {}, "items": [
       {"metadata": {"name": "widgets.example.com"}, "spec": {"group": "example.com", "scope": "Namespaced",
        "names": {"kind": "Widget", "plural": "widgets"}, "versions": [{"name": "v1", "served": true, "storage": true,
         "schema": {"openAPIV3Schema": {"type": "object", "properties": {
           "spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}}}]}}]}
      """;

  private static final String WIDGET =
      """
      apiVersion: example.com/v1
      kind: Widget
      metadata: {name: w}
      spec:
        size: 1
        colour: red
      """;

  @TempDir Path folder;

  private String lint(TestServer cluster, int code, String... words) throws IOException {
    Path access =
        Files.writeString(folder.resolve("kubeconfig"), BadClusterTest.kubeconfig(cluster));
    Map<String, String> variables =
        Map.of("KUBECONFIG", access.toString(), "KUBERNETES_REQUEST_RETRY_BACKOFFLIMIT", "0");
    try (ChildProcess run =
        ChildCli.start(folder, variables, ChildCli.Rights.usual(), List.of(words))) {
      assertThat(run.await(Duration.ofSeconds(60))).as(run.output()).hasValue(code);
      return run.output();
    }
  }

  @Test
  void aKindOfTheClusterIsJudgedByItsSchema() throws IOException {
    String file = Files.writeString(folder.resolve("widget.yaml"), WIDGET).toString();
    try (TestServer cluster =
        TestServer.start(call ->
            call.respond(
                call.path().endsWith("/customresourcedefinitions") ? 200 : 404,
                Headers.of("Content-Type", "application/json"),
                DEFINITIONS.getBytes(StandardCharsets.UTF_8)))) {
      assertThat(lint(cluster, 9, "lint", "--from-cluster", file))
          .contains("widget.yaml:6:3", "field-dropped: unknown field colour");
      assertThat(lint(cluster, 0, "lint", file)).doesNotContain("field-dropped");
    }
  }

  @Test
  void aClusterThatDoesNotTellIsAnError() throws IOException {
    String file = Files.writeString(folder.resolve("widget.yaml"), WIDGET).toString();
    try (TestServer cluster = TestServer.start(call -> call.respond(403, Headers.of()))) {
      assertThat(lint(cluster, 4, "lint", "--from-cluster", file))
          .contains("error id: cluster-forbidden");
    }
  }
}
