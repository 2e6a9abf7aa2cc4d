package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RegistryOptions;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubAddress;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryAuth;
import dev.modelcar.testkit.registry.RegistrySettings;
import dev.modelcar.testkit.registry.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The tasks and pipelines on a real cluster, run from the image that modelcar packs of itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final int SHARDS = 8;
  private static final long SHARD = 128L << 20;

  private Path folder;
  private Cluster cluster;
  private RunningRegistry registry;
  private RunningRegistry quay;
  private FakeHub hub;
  private GeneratedModel model;
  private String image;
  private String namespace;

  @BeforeAll
  void prepare(@TempDir Path temporary) throws IOException {
    folder = temporary;
    cluster = Cluster.need(folder);
    registry =
        Programs.need(RealRegistry.Kind.DISTRIBUTION_2)
            .start(folder.resolve("registry"), RegistryOptions.plain().forClusters());
    quay =
        Programs.need(RealRegistry.Kind.DISTRIBUTION_3)
            .start(folder.resolve("quay"), RegistryOptions.plain().forClusters());
    hub = FakeHub.start(HubAddress.on("0.0.0.0", cluster.host(), cluster.hostName()));
    model = GeneratedModel.llama(11, SHARDS, SHARD);
    model.hashAll();
    hub.add("team/model", model);
    image = place(registry) + "/tools/modelcar:test";
    distribute("image", "--to", "http://" + image);
    namespace = "modelcar-" + Long.toHexString(ProcessHandle.current().pid());
    cluster.makeNamespace(namespace);
    Path deploy = folder.resolve("deploy");
    modelcar().run("render", "--output", deploy.toString(), "--image", image, "-n", namespace);
    String said =
        cluster.kubectl("apply", "--validate=strict", "-k", deploy + "/overlays/kubernetes");
    assertThat(said).doesNotContain("Warning").contains("modelcar-sharded-pipeline created");
  }

  @AfterAll
  void cleanUp() throws IOException {
    if (namespace != null) {
      cluster.kubectl("delete", "namespace", namespace, "--wait=false");
    }
    for (AutoCloseable one : new AutoCloseable[] {hub, registry, quay}) {
      if (one != null) {
        try {
          one.close();
        } catch (Exception e) {
          throw new IOException(e);
        }
      }
    }
  }

  private String place(RunningRegistry one) {
    return cluster.host() + ":" + one.port();
  }

  private Modelcar modelcar() throws IOException {
    return Modelcar.in(folder.resolve("home")).with("KUBECONFIG", cluster.kubeconfig()).with(hub);
  }

  private void distribute(String... words) throws IOException {
    Path root = Path.of(System.getProperty("modelcar.root")).normalize();
    List<String> command = new ArrayList<>(List.of(root.resolve("modelcar").toString(), "dist"));
    command.addAll(List.of(words));
    Programs.run(folder, command.toArray(String[]::new));
  }

  private ChildProcess run(String pipeline, String... words) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "run",
                pipeline,
                "-n",
                namespace,
                "-p",
                "base=none",
                "-p",
                "plain-http=true",
                "-p",
                "hf-endpoint=" + hub.endpoint()));
    command.addAll(List.of(words));
    return modelcar().start(command.toArray(String[]::new));
  }

  private static String outputOf(ChildProcess process) throws IOException {
    int code = process.await(PATIENCE).orElse(-1);
    assertThat(code).describedAs(process.output()).isZero();
    return process.output();
  }

  /** What one process on this machine makes of the same model. */
  private String expected() throws IOException {
    Path names = folder.resolve("hosts");
    Files.writeString(names, cluster.host() + " " + cluster.hostName() + "\n");
    return modelcar()
        .with("JAVA_TOOL_OPTIONS", "-Djdk.net.hosts.file=" + names)
        .ship(
            "hf://team/model",
            "--base=none",
            "--state-dir=none",
            "--to=http://127.0.0.1:" + quay.port() + "/host/model:v1");
  }

  @Test
  void shipsToTwoRegistriesFromOneRead() throws IOException {
    try (ChildProcess run =
        run(
            "modelcar-ship-pipeline",
            "-p",
            "source=hf://team/model",
            "-p",
            "targets=" + place(registry) + "/a/model:v1",
            "-p",
            "targets=" + place(quay) + "/a/model:v1")) {
      String output = outputOf(run);
      assertThat(output)
          .contains(place(registry) + "/a/model@" + expected())
          .contains(place(quay) + "/a/model@" + expected())
          .contains("run modelcar-ship")
          .contains("verify: Succeeded");
    }
  }

  @Test
  void sealsWhatWorkersShippedOfWhichOneWasKilled() throws IOException {
    try (FakeRegistry sink =
            FakeRegistry.start(
                RegistrySettings.defaults()
                    .on("0.0.0.0", 0)
                    .withStorage(new Storage.Discarding()));
        ChildProcess run =
            run(
                "modelcar-sharded-pipeline",
                "-p",
                "source=hf://team/model",
                "-p",
                "parts=4",
                "-p",
                "targets=" + cluster.host() + ":" + sink.server().port() + "/b/model:v1")) {
      sink.rateLimit(16L << 20);
      String name = awaitWord(run, "modelcar-sharded-[a-z0-9]+");
      String task = "taskrun/" + name + "-load-1";
      assertThat(cluster.await(namespace, "create", task)).isTrue();
      assertThat(cluster.await(namespace, "jsonpath={.status.podName}", task)).isTrue();
      String pod =
          cluster.kubectl("-n", namespace, "get", task, "-o", "jsonpath={.status.podName}").strip();
      assertThat(cluster.await(namespace, "condition=Ready", "pod/" + pod)).isTrue();
      cluster.kubectl("-n", namespace, "delete", "pod", pod, "--grace-period=1", "--wait=false");
      String output = outputOf(run);
      assertThat(output).contains(expected()).contains("[seal] ");
      // At most the open layers of the worker that was killed are sent again.
      assertThat(sink.bytesReceived()).isLessThan((SHARDS + 2) * SHARD + (8L << 20));
    }
  }

  @Test
  void replacesTheClassicPipelineTaskByTask() throws IOException {
    Path claim = folder.resolve("claim.yaml");
    Files.writeString(
        claim,
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: model-volume
        spec:
          accessModes: [ReadWriteOnce]
          resources:
            requests:
              storage: 3Gi
        """);
    cluster.kubectl("-n", namespace, "apply", "-f", claim.toString());
    try (ChildProcess run =
        run(
            "modelcar-build-push",
            "-p",
            "hf_repo=team/model",
            "-p",
            "image=" + place(registry) + "/c/model:v1",
            "-p",
            "quay_host=" + place(quay),
            "-p",
            "quay_org=team",
            "-p",
            "quay_repo=model",
            "-w",
            "source=pvc:model-volume")) {
      String output = outputOf(run);
      String digest = digestIn(output, "image-digest");
      assertThat(output)
          .contains(place(registry) + "/c/model@" + digest)
          .contains(place(quay) + "/team/model@" + digest);
    }
  }

  @Test
  void startsFromABundleByItsDigest() throws IOException {
    String bundle =
        modelcar()
            .run("bundle", "http://" + place(registry) + "/tools/bundle:v1", "--image", image)
            .strip();
    String reference = bundle.lines().filter(line -> line.contains("@")).findFirst().orElseThrow();
    Path file = folder.resolve("bundle-run.yaml");
    Files.writeString(
        file,
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
            .formatted(reference, hub.endpoint()));
    cluster.kubectl("-n", namespace, "create", "--validate=strict", "-f", file.toString());
    assertThat(cluster.await(namespace, "condition=Succeeded", "taskrun/from-bundle"))
        .describedAs(
            cluster.kubectl("-n", namespace, "get", "taskrun", "from-bundle", "-o", "yaml"))
        .isTrue();
  }

  @Test
  void pushesWithNothingButThePodsOwnToken() throws IOException {
    TokenReviews reviews = new TokenReviews(cluster, folder, namespace + ":modelcar");
    try (FakeRegistry sink =
        FakeRegistry.start(
            RegistrySettings.defaults()
                .on("0.0.0.0", 0)
                .withStorage(new Storage.Discarding())
                .withAuth(new RegistryAuth.OpenShift(reviews::isGood)))) {
      Path file = folder.resolve("token-run.yaml");
      Files.writeString(
          file,
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
                value: ["%s:%d/e/model:v1"]
              - name: base
                value: none
              - name: plain-http
                value: "true"
              - name: hf-endpoint
                value: %s
              - name: extra-args
                value: ["--token-file=/var/run/secrets/kubernetes.io/serviceaccount/token"]
          """
              .formatted(cluster.host(), sink.server().port(), hub.endpoint()));
      cluster.kubectl("-n", namespace, "create", "--validate=strict", "-f", file.toString());
      assertThat(cluster.await(namespace, "condition=Succeeded", "taskrun/own-token"))
          .describedAs(
              cluster.kubectl("-n", namespace, "get", "taskrun", "own-token", "-o", "yaml"))
          .isTrue();
      assertThat(sink.tags("e/model")).contains("v1");
      assertThat(reviews.refused()).as("nobody came with anything else").isZero();
    }
  }

  @Test
  void saysWhyARunFailed() throws IOException {
    try (ChildProcess run =
        run(
            "modelcar-ship-pipeline",
            "-p",
            "source=hf://team/absent",
            "-p",
            "targets=" + place(registry) + "/d/model:v1")) {
      assertThat(run.await(PATIENCE).orElse(-1)).isEqualTo(6);
      assertThat(run.output())
          .contains("error id: hub-repository")
          .contains("plan: Failed (")
          .contains("error id: run-failed");
    }
  }

  // ---- reading what commands say ----

  private static String digestIn(String output, String result) {
    return output
        .lines()
        .filter(line -> line.startsWith(result + " "))
        .map(line -> line.substring(result.length()).strip())
        .findFirst()
        .orElseThrow(() -> new AssertionError(output));
  }

  /** Waits until a process has said a word of a form. */
  private static String awaitWord(ChildProcess process, String form) throws IOException {
    var pattern = java.util.regex.Pattern.compile(form);
    while (process.isAlive()) {
      var matcher = pattern.matcher(process.output());
      if (matcher.find()) {
        return matcher.group();
      }
      // Nothing tells when a child writes; half a second of patience costs nobody anything.
      process.await(Duration.ofMillis(500));
    }
    throw new AssertionError(process.output());
  }
}
