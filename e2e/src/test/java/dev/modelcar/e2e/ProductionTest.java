package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.modelregistry.FakeModelRegistry;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** From the hub to a model that responds, in one command or one pipeline, and once more. */
@ExtendWith({OnCluster.class, OnKServe.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProductionTest {
  private static final GeneratedModel MODEL = GeneratedModel.llama(61, 2, 4 << 20);

  private Pipelines pipelines;

  @BeforeAll
  void prepare(Pipelines given) throws IOException {
    pipelines = given;
    MODEL.hashAll();
    pipelines.hub().add("team/model", MODEL);
    Path deploy = pipelines.folder().resolve("deploy");
    pipelines.cluster().kubectl("apply", "-f", deploy + "/serving/access.yaml");
    pipelines.create(
        """
        apiVersion: serving.kserve.io/v1alpha1
        kind: ServingRuntime
        metadata: {name: files}
        spec:
          supportedModelFormats: [{name: files, version: "1", autoSelect: true}]
          protocolVersions: [v1]
          containers:
          - name: kserve-container
            image: localhost/busybox:1
            command: [sh, -c]
            args: ["trap 'exit 0' TERM; httpd -f -p 8080 -h /mnt/models & wait"]
            ports: [{containerPort: 8080, protocol: TCP}]
            readinessProbe: {httpGet: {path: /config.json, port: 8080}, periodSeconds: 1}
            securityContext:
              allowPrivilegeEscalation: false
              runAsNonRoot: true
              runAsUser: 1010
              capabilities: {drop: [ALL]}
              seccompProfile: {type: RuntimeDefault}
            resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {cpu: 500m, memory: 64Mi}}
        """);
  }

  /** What the InferenceService names, and is linked to. */
  private void assertServes(String name, String digest) throws IOException {
    String service = "inferenceservice/" + name;
    assertThat(pipelines.field(service, ".spec.predictor.model.storageUri")).endsWith("@" + digest);
    assertThat(
            pipelines.field(
                service, ".metadata.labels.modelregistry\\.opendatahub\\.io/model-version-id"))
        .isEqualTo("2");
    assertThat(pipelines.field(service, ".metadata.generation")).isEqualTo("1");
  }

  @Test
  void oneCommandShipsRegistersAndServes() throws IOException {
    String image = pipelines.place(pipelines.registry()) + "/production/command";
    String digest = pipelines.expected("team/model");
    try (FakeModelRegistry server = FakeModelRegistry.startForClusters()) {
      for (String change : List.of("created", "unchanged")) {
        try (ChildProcess ship =
            pipelines
                .modelcarHere()
                .start(
                    "ship",
                    "hf://team/model",
                    "--base=none",
                    "--plain-http",
                    "--to=" + image + ":v1",
                    "--register",
                    "--model-registry=" + server.uri(),
                    "--model=a-model",
                    "--version=1",
                    "--model-format=files",
                    "--deploy=command",
                    "--namespace=" + pipelines.namespace(),
                    "--output=json")) {
          String output = Pipelines.outputOf(ship);
          assertThat(output)
              .contains("\"outcome\" : \"serving\"", "\"change\" : \"" + change + "\"")
              .contains("has the SHA-256 of the image's file");
          assertServes("command", digest);
        }
      }
      assertThat(server.counts()).containsExactly(1, 1, 1);
    }
    pipelines.delete("inferenceservice/command");
  }

  @Test
  void nothingIsShippedThatCannotBeDeployed() throws IOException {
    String image = pipelines.place(pipelines.registry()) + "/production/refused";
    try (ChildProcess ship =
        pipelines
            .modelcarHere()
            .start(
                "ship",
                "hf://team/model",
                "--base=none",
                "--plain-http",
                "--to=" + image + ":v1",
                "--deploy=" + "n".repeat(60),
                "--namespace=" + pipelines.namespace())) {
      assertThat(Pipelines.outputOf(ship, 2)).contains("is too long").doesNotContain("moved ");
    }
  }

  @Test
  void theStreamingPipelineEndsWithAServedModel() throws IOException {
    String image = pipelines.place(pipelines.registry()) + "/production/ship:v1";
    toTheEnd("ship", "modelcar-ship-pipeline", "source=hf://team/model", "targets=" + image);
  }

  @Test
  void theShardedPipelineEndsWithAServedModel() throws IOException {
    String image = pipelines.place(pipelines.registry()) + "/production/sharded:v1";
    toTheEnd(
        "sharded",
        "modelcar-sharded-pipeline",
        "source=hf://team/model",
        "parts=2",
        "targets=" + image);
  }

  @Test
  void theClassicPipelineEndsWithAServedModel() throws IOException {
    pipelines.claim("classic");
    String image = pipelines.place(pipelines.registry()) + "/production/classic:v1";
    try (FakeRegistry quay = Pipelines.sink()) {
      toTheEnd(
          "classic",
          "modelcar-build-push-pipeline",
          "hf_repo=team/model",
          "image=" + image,
          "quay_host=" + pipelines.place(quay),
          "quay_org=team",
          "quay_repo=model");
    }
    pipelines.delete("pvc/classic");
  }

  private void toTheEnd(String name, String pipeline, String... params) throws IOException {
    try (FakeModelRegistry server = FakeModelRegistry.startForClusters()) {
      List<String> words = new ArrayList<>();
      if (name.equals("classic")) {
        words.addAll(List.of("-w", "source=pvc:classic"));
      }
      for (String param : params) {
        words.addAll(List.of("-p", param));
      }
      for (String param :
          List.of(
              "model_name=a-model",
              "version_name=1",
              "model_registry=http://" + pipelines.cluster().host() + ":" + server.server().port(),
              "service_name=" + name,
              "runtime_name=files",
              "gpu_count=0",
              "cpu_request=10m",
              "memory_request=16Mi",
              "memory_limit=64Mi",
              "serving_format=files")) {
        words.addAll(List.of("-p", param));
      }
      for (String change : List.of("created", "unchanged")) {
        try (ChildProcess run = pipelines.run(pipeline, words.toArray(String[]::new))) {
          String output = Pipelines.outputOf(run);
          String digest = Pipelines.result(output, "image-digest");
          assertThat(output)
              .contains("[deploy] ")
              .contains("inferenceservice/" + name)
              .contains(change + ", native mode")
              .contains("has the SHA-256 of the image's file");
          assertThat(Pipelines.result(output, "served-image")).endsWith("@" + digest);
          assertServes(name, digest);
        }
      }
      assertThat(server.counts()).containsExactly(1, 1, 1);
    }
    pipelines.delete("inferenceservice/" + name);
  }
}
