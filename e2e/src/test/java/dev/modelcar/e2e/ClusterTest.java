package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.FreePort;
import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RegistryOptions;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.modelregistry.FakeModelRegistry;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryAuth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The tasks and pipelines on a real cluster, run from the image that modelcar packs of itself. */
@ExtendWith(OnCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClusterTest {
  private static final int SHARDS = 8;
  private static final long SHARD = 64L << 20;

  /** Documents, small files, headers of tar. */
  private static final long SMALL = 8L << 20;

  private Pipelines pipelines;
  private RunningRegistry quay;

  @BeforeAll
  void prepare(Pipelines given) throws IOException {
    pipelines = given;
    quay =
        Programs.need(RealRegistry.Kind.DISTRIBUTION_3)
            .start(pipelines.folder().resolve("quay"), RegistryOptions.plain().forClusters());
    publish("team/model", GeneratedModel.llama(11, SHARDS, SHARD));
    // Four times the memory of the task that ships it.
    publish("team/large", GeneratedModel.llama(12, SHARDS, 256L << 20));
  }

  private void publish(String repository, GeneratedModel model) {
    model.hashAll();
    pipelines.hub().add(repository, model);
  }

  @AfterAll
  void cleanUp() {
    if (quay != null) {
      quay.close();
    }
  }

  @Test
  void shipsToTwoRegistriesFromOneReadAndMirrorsToAThird() throws IOException {
    String first = pipelines.place(pipelines.registry()) + "/a/model";
    String second = pipelines.place(quay) + "/a/model";
    String digest = pipelines.expected("team/large");
    long size = 8 * (256L << 20);
    try (ChildProcess run =
        pipelines.run(
            "modelcar-ship-pipeline",
            "-p",
            "source=hf://team/large",
            "-p",
            "targets=" + first + ":v1",
            "-p",
            "targets=" + second + ":v1")) {
      String output = Pipelines.outputOf(run);
      assertThat(output).contains("run modelcar-ship").contains("verify: Succeeded");
      assertThat(Pipelines.result(output, "images"))
          .isEqualTo(first + "@" + digest + "," + second + "@" + digest);
      assertThat(Pipelines.result(output, "image-url")).isEqualTo(first);
      assertThat(Long.parseLong(Pipelines.result(output, "bytes-moved")))
          .isBetween(2 * size, 2 * (size + SMALL));
      assertThat(Pipelines.result(output, "bytes-reused")).isEqualTo("0");
    }
    try (FakeRegistry third = Pipelines.sink();
        ChildProcess run =
            pipelines.runAsIs(
                "modelcar-mirror-pipeline",
                "-p",
                "image=" + first + ":v1",
                "-p",
                "targets=" + pipelines.place(third) + "/b/model:v1",
                "-p",
                "targets=" + second + ":v2")) {
      String output = Pipelines.outputOf(run);
      assertThat(output).contains("[verify] ").contains("good, ").contains("[report] ");
      assertThat(Pipelines.result(output, "image-digest")).isEqualTo(digest);
      assertThat(Pipelines.result(output, "images"))
          .isEqualTo(pipelines.place(third) + "/b/model@" + digest + "," + second + "@" + digest);
      // The second registry has all of it already, and the third nothing.
      assertThat(Long.parseLong(Pipelines.result(output, "bytes-moved")))
          .isBetween(size, size + SMALL);
      assertThat(Long.parseLong(Pipelines.result(output, "bytes-reused")))
          .isBetween(size, size + SMALL);
      assertThat(third.manifest("b/model", "v1").orElseThrow().digest()).isEqualTo(digest);
    }
  }

  @Test
  void registersWhatItShippedAndTheSecondRunChangesNothing() throws IOException {
    String image = pipelines.place(pipelines.registry()) + "/registered/model";
    String digest = pipelines.expected("team/model");
    try (FakeModelRegistry server = FakeModelRegistry.startForClusters()) {
      String url = "http://" + pipelines.cluster().host() + ":" + server.server().port();
      for (String says : List.of("created: model, version, artifact", "nothing changed")) {
        try (ChildProcess run =
            pipelines.run(
                "modelcar-ship-pipeline",
                "-p",
                "source=hf://team/model",
                "-p",
                "targets=" + image + ":v1",
                "-p",
                "model_name=A model",
                "-p",
                "version_name=1",
                "-p",
                "model_registry=" + url)) {
          String output = Pipelines.outputOf(run);
          assertThat(output)
              .contains("[register-model] ")
              .contains(says)
              .contains("oci://" + image + "@" + digest);
          assertThat(Pipelines.result(output, "model-version-id")).isEqualTo("2");
        }
      }
      assertThat(server.counts()).containsExactly(1, 1, 1);
    }
  }

  @Test
  void sealsWhatWorkersShippedOfWhichOneWasKilled() throws IOException {
    try (FakeRegistry sink = Pipelines.sink();
        ChildProcess run =
            pipelines.run(
                "modelcar-sharded-pipeline",
                "-p",
                "source=hf://team/model",
                "-p",
                "parts=4",
                "-p",
                "targets=" + pipelines.place(sink) + "/b/model:v1")) {
      sink.rateLimit(4L << 20);
      String name = Pipelines.nameOf(run);
      String pod = pipelines.awaitPod(name, "load-1");
      pipelines
          .cluster()
          .kubectl(
              "-n",
              pipelines.namespace(),
              "delete",
              "pod",
              pod,
              "--grace-period=1",
              "--wait=false");
      sink.rateLimit(Long.MAX_VALUE);
      String output = Pipelines.outputOf(run);
      assertThat(Pipelines.result(output, "image-digest"))
          .isEqualTo(pipelines.expected("team/model"));
      assertThat(output).contains("[seal] ");
      // At most the open layers of the worker that was killed are sent again.
      assertThat(sink.bytesReceived()).isLessThan((SHARDS + 2) * SHARD + SMALL);
      long moved = Long.parseLong(Pipelines.result(output, "bytes-moved"));
      long reused = Long.parseLong(Pipelines.result(output, "bytes-reused"));
      assertThat(moved + reused).isBetween(SHARDS * SHARD, SHARDS * SHARD + SMALL);
    }
  }

  @Test
  void theServerKeepsTasksAndPipelinesAsTheyAreWritten() throws IOException {
    ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    try (Stream<Path> files = Files.walk(pipelines.folder().resolve("deploy/base"))) {
      for (Path file : files.filter(ClusterTest::isApplied).toList()) {
        JsonNode written = yaml.readTree(file.toFile());
        if (written.path("apiVersion").asText().startsWith("tekton.dev/")) {
          String object =
              written.path("kind").asText() + "/" + written.at("/metadata/name").asText();
          String kept =
              pipelines.cluster().kubectl("-n", pipelines.namespace(), "get", object, "-o", "json");
          assertThat(yaml.readTree(kept).path("spec"))
              .describedAs(object)
              .isEqualTo(written.path("spec"));
        }
      }
    }
  }

  /** Samples are for people to create. */
  private static boolean isApplied(Path file) {
    return file.toString().endsWith(".yaml") && !file.toString().contains("/samples/");
  }

  /** Publishes tasks and pipelines as a bundle, and returns it by its digest. */
  private String bundle() throws IOException {
    String said =
        pipelines
            .modelcar()
            .run(
                "bundle",
                "http://" + pipelines.place(pipelines.registry()) + "/tools/bundle:v1",
                "--image",
                pipelines.image());
    return said.lines().filter(line -> line.contains("@")).findFirst().orElseThrow().strip();
  }

  @Test
  void startsFromABundleByItsDigest() throws IOException {
    pipelines.create(
        """
        apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata:
          name: from-bundle
        spec:
          serviceAccountName: modelcar
          taskRef:
            resolver: bundles
            params:
              - name: bundle
                value: %s
              - name: name
                value: modelcar-plan
              - name: kind
                value: task
          params:
            - name: source
              value: hf://team/model
            - name: targets
              value: []
            - name: hf-endpoint
              value: %s
        """
            .formatted(bundle(), pipelines.hub().endpoint()));
    pipelines.await("condition=Succeeded", "taskrun/from-bundle");
  }

  @Test
  void runsAPipelineOfABundleWhereThereAreNoTasks() throws IOException {
    String namespace = pipelines.namespace() + "-bare";
    pipelines.cluster().makeNamespace(namespace);
    try (FakeRegistry sink = Pipelines.sink()) {
      Path run = pipelines.folder().resolve("bare.yaml");
      // The label is for what makes the image: verify, if it were handed it, would refuse it.
      Files.writeString(
          run,
          """
          apiVersion: tekton.dev/v1
          kind: PipelineRun
          metadata:
            name: from-bundle
          spec:
            pipelineRef:
              resolver: bundles
              params:
                - name: bundle
                  value: %s
                - name: name
                  value: modelcar-sharded-pipeline
                - name: kind
                  value: pipeline
            params:
              - name: source
                value: hf://team/model
              - name: targets
                value: ["%s/f/model:v1"]
              - name: parts
                value: "2"
              - name: base
                value: none
              - name: plain-http
                value: "true"
              - name: hf-endpoint
                value: %s
              - name: extra-args
                value: ["--label=from=bundle"]
          """
              .formatted(bundle(), pipelines.place(sink), pipelines.hub().endpoint()));
      pipelines
          .cluster()
          .kubectl("-n", namespace, "create", "--validate=strict", "-f", run.toString());
      assertThat(
              pipelines
                  .cluster()
                  .await(namespace, "condition=Succeeded", "pipelinerun/from-bundle"))
          .isTrue();
      assertThat(sink.tags("f/model")).contains("v1");
    } finally {
      pipelines.cluster().kubectl("delete", "namespace", namespace, "--wait=false");
    }
  }

  @Test
  void pushesWithNothingButThePodsOwnToken() throws IOException {
    // As the overlay for OpenShift does.
    pipelines.patch(
        "serviceaccount/modelcar",
        "[{\"op\": \"replace\", \"path\": \"/automountServiceAccountToken\", \"value\": true}]");
    TokenReviews reviews =
        new TokenReviews(
            pipelines.cluster(), pipelines.folder(), pipelines.namespace() + ":modelcar");
    try (FakeRegistry sink = Pipelines.sink(new RegistryAuth.OpenShift(reviews::isGood))) {
      pipelines.create(
          """
          apiVersion: tekton.dev/v1
          kind: TaskRun
          metadata:
            name: own-token
          spec:
            serviceAccountName: modelcar
            taskRef:
              name: modelcar-ship
            params:
              - name: source
                value: hf://team/model
              - name: targets
                value: ["%s/e/model:v1"]
              - name: base
                value: none
              - name: plain-http
                value: "true"
              - name: hf-endpoint
                value: %s
              - name: extra-args
                value: ["--token-file=/var/run/secrets/kubernetes.io/serviceaccount/token"]
          """
              .formatted(pipelines.place(sink), pipelines.hub().endpoint()));
      pipelines.await("condition=Succeeded", "taskrun/own-token");
      assertThat(sink.tags("e/model")).contains("v1");
      assertThat(reviews.refused()).as("nobody came with anything else").isZero();
    }
  }

  @Test
  void saysWhyARunFailed() throws IOException {
    try (ChildProcess run =
        pipelines.run(
            "modelcar-ship-pipeline",
            "-p",
            "source=hf://team/absent",
            "-p",
            "targets=" + pipelines.place(pipelines.registry()) + "/d/model:v1")) {
      String output = Pipelines.outputOf(run, 6);
      assertThat(output)
          .contains("preflight: Failed (")
          .containsOnlyOnce("[preflight] error: source: ")
          .contains("  | cause: Source: the repository team/absent", "(hub-repository-")
          .contains("  what to do: Check the spelling.")
          .contains("Then start a new run; it reuses what has arrived.")
          .contains("error id: run-failed")
          .doesNotContain("--resume");
      assertThat(Pipelines.result(output, "summary"))
          .startsWith("preflight failed (StepFailed); ")
          .contains("has no image yet");
    }
  }

  @Test
  void whatIsMissingIsNamedBeforeAnythingStarts() throws IOException {
    for (String words : List.of("-w dockerconfig=secret:absent", "--service-account absent")) {
      List<String> all = new ArrayList<>(List.of("-p", "source=hf://team/model"));
      all.addAll(List.of("-p", "targets=a.example/m:1"));
      all.addAll(List.of(words.split(" ")));
      try (ChildProcess run = pipelines.run("modelcar-ship-pipeline", all.toArray(String[]::new))) {
        assertThat(Pipelines.outputOf(run, 5))
            .contains(" absent not found in the namespace " + pipelines.namespace())
            .doesNotContain("run modelcar-ship");
      }
    }
  }

  /** A typo in a pipeline of one's own does what a missing Secret did: the pod waits. */
  @Test
  void whatTheClusterWarnsOfIsShown() throws IOException {
    pipelines.create(
        """
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata:
          name: waiting
        spec:
          pipelineRef:
            name: modelcar-ship-pipeline
          taskRunTemplate:
            serviceAccountName: modelcar
          params:
            - name: source
              value: hf://team/model
            - name: targets
              value: ["a.example/m:1"]
          workspaces:
            - name: dockerconfig
              secret:
                secretName: absent
        """);
    try (ChildProcess run = pipelines.follow("waiting")) {
      Pipelines.awaitWords(run, "^(preflight: FailedMount .*absent.*not found)");
      pipelines.delete("pipelinerun/waiting");
    }
  }

  /** The other one gets the model, and each task waits once for what is down. */
  @Test
  void aTargetThatIsDownDoesNotKeepTheOtherWaiting() throws IOException {
    try (FakeRegistry sink = Pipelines.sink();
        ChildProcess run =
            pipelines.run(
                "modelcar-sharded-pipeline",
                "-p",
                "source=hf://team/model",
                "-p",
                "parts=2",
                "-p",
                "extra-args=--retry-for",
                "-p",
                "extra-args=1s",
                "-p",
                "targets=" + pipelines.cluster().host() + ":" + FreePort.find() + "/down/m:v1",
                "-p",
                "targets=" + pipelines.place(sink) + "/half/m:v1")) {
      String output = Pipelines.outputOf(run, 6);
      assertThat(sink.tags("half/m")).contains("v1");
      assertThat(output)
          .contains(
              "preflight: Succeeded", "plan: Succeeded", "load-0: Succeeded", "load-1: Succeeded")
          .containsPattern("  \\| cause: .*/down/m:v1: .* \\(network-unreachable\\)");
      assertThat(Pipelines.result(output, "images"))
          .startsWith(pipelines.place(sink) + "/half/m@sha256:");
      assertThat(Pipelines.result(output, "summary"))
          .contains("seal failed", "network-unreachable");
    }
  }

  @Test
  void aBundleIsRunByTheCommand() throws IOException {
    try (FakeRegistry sink = Pipelines.sink();
        ChildProcess run =
            pipelines.run(
                "modelcar-ship-pipeline",
                "--bundle",
                "http://" + bundle(),
                "-p",
                "source=hf://team/model",
                "-p",
                "targets=" + pipelines.place(sink) + "/g/model:v1")) {
      assertThat(Pipelines.result(Pipelines.outputOf(run), "image-ref")).contains("@sha256:");
      assertThat(sink.tags("g/model")).contains("v1");
    }
  }
}
