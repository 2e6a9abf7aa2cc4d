package dev.modelcar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.modelcar.core.CoreError;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BundleTest {
  @TempDir Path folder;

  private Run bundle(String image) {
    return Run.of(
        Map.of("HOME", folder.toString()),
        "bundle",
        "oci:" + folder.resolve("bundle") + ":v1",
        "--image",
        image);
  }

  private JsonNode json(String digest) throws IOException {
    return new ObjectMapper().readTree(blob(digest));
  }

  private byte[] blob(String digest) throws IOException {
    return Files.readAllBytes(
        folder.resolve("bundle/blobs").resolve(digest.replaceFirst(":", "/")));
  }

  @Test
  void pipelinesBringTheirTasksAlong() throws IOException {
    String out = bundle("registry.example.com/tools/modelcar:2").succeeds().out();
    JsonNode manifest = json(out.strip().replaceFirst(".*@", ""));
    int pipelines = 0;
    for (JsonNode layer : manifest.path("layers")) {
      if (layer.at("/annotations/dev.tekton.image.kind").asText().equals("pipeline")) {
        pipelines++;
        assertThat(unpacked(layer.path("digest").asText()))
            .contains("taskSpec", "registry.example.com/tools/modelcar:2")
            .doesNotContain("taskRef");
      }
    }
    assertThat(pipelines).isEqualTo(4);
    assertThat(manifest.path("layers").size()).as("the most that Tekton takes").isBetween(5, 20);
  }

  private String unpacked(String digest) throws IOException {
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(blob(digest)))) {
      return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aPipelineOfABundleRunsWithoutBeingInTheNamespace() throws IOException {
    List<JsonNode> created = new CopyOnWriteArrayList<>();
    Headers json = Headers.of("Content-Type", "application/json");
    try (FakeRegistry registry = FakeRegistry.start();
        TestServer cluster =
            TestServer.start(call -> {
              byte[] body =
                  "{\"metadata\":{\"name\":\"modelcar\"}}".getBytes(StandardCharsets.UTF_8);
              if (call.method().equals("POST")) {
                body = call.readBody(1 << 20);
                created.add(new ObjectMapper().readTree(body));
              }
              call.respond(call.method().equals("POST") ? 201 : 200, json, body);
            })) {
      String place = registry.authority() + "/tools/tekton";
      Run.of(
              Map.of("HOME", folder.toString()),
              "bundle",
              "http://" + place + ":v1",
              "--image=registry.example.com/tools/modelcar:2")
          .succeeds();
      assertThat(run(cluster, "http://" + place + ":v1", "modelcar-ship-pipeline")).isZero();
      String digest = registry.manifest("tools/tekton", "v1").orElseThrow().digest();
      JsonNode spec = created.getLast().path("spec");
      assertThat(spec.path("pipelineRef").toString())
          .contains("\"resolver\":\"bundles\"", place + "@" + digest, "modelcar-ship-pipeline");
      assertThat(spec.at("/params").toString())
          .as("a list, though it has one value")
          .contains("[\"registry.example.com/m:1\"]");
      assertThat(run(cluster, "http://" + place + ":v1", "another"))
          .isEqualTo(ClusterError.CLUSTER_OBJECT_NOT_FOUND.category().exitCode());
      assertThat(created).hasSize(1);
    }
  }

  private int run(TestServer cluster, String bundle, String pipeline) throws IOException {
    Path access = folder.resolve("kubeconfig");
    Files.writeString(access, BadClusterTest.kubeconfig(cluster));
    List<String> words = new ArrayList<>(List.of("run", pipeline, "--bundle", bundle, "--detach"));
    words.addAll(List.of("-p", "source=hf://org/m", "-p", "targets=registry.example.com/m:1"));
    Map<String, String> variables = Map.of("KUBECONFIG", access.toString());
    try (ChildProcess run = ChildCli.start(folder, variables, ChildCli.Rights.usual(), words)) {
      return run.await(Duration.ofSeconds(60)).orElseThrow();
    }
  }

  @Test
  void refusesWhatIsNoImage() {
    bundle("http://registry.example.com/m:1").failsWith(CoreError.USAGE_INVALID);
    bundle("").failsWith(CoreError.USAGE_INVALID);
    assertThat(folder.resolve("bundle")).doesNotExist();
  }
}
