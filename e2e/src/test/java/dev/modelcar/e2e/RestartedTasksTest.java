package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryAuth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens to pods in the middle of a layer, and does no harm. */
@ExtendWith(OnCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RestartedTasksTest {
  private static final int SHARDS = 8;
  private static final long SHARD = 64L << 20;

  /** As many as move at once. */
  private static final int OPEN = 4;

  /** Documents, small files, headers of tar. */
  private static final long SMALL = 4L << 20;

  private Pipelines pipelines;

  @BeforeAll
  void prepare(Pipelines given) {
    pipelines = given;
    GeneratedModel model = GeneratedModel.llama(22, SHARDS, SHARD);
    model.hashAll();
    pipelines.hub().add("team/model", model);
  }

  private void evict(String pod) throws IOException {
    Path eviction = pipelines.folder().resolve("eviction.json");
    Files.writeString(
        eviction,
        """
        {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "%s", "namespace": "%s"}}
        """
            .formatted(pod, pipelines.namespace()));
    String address = "/api/v1/namespaces/" + pipelines.namespace() + "/pods/" + pod + "/eviction";
    pipelines.cluster().kubectl("create", "--raw", address, "-f", eviction.toString());
  }

  @Test
  void anEvictedTaskGoesOnAndSendsOnlyWhatIsMissing() throws IOException {
    try (FakeRegistry sink = Pipelines.sink();
        ChildProcess run =
            pipelines.run(
                "modelcar-ship-pipeline",
                "-p",
                "source=hf://team/model",
                "-p",
                "targets=" + pipelines.place(sink) + "/team/model:v1")) {
      sink.rateLimit(8L << 20);
      String name = Pipelines.nameOf(run);
      Pipelines.awaitBytes(run, sink, (OPEN + 1) * SHARD + SMALL);
      String pod = pipelines.field("taskrun/" + name + "-ship", ".status.podName");
      evict(pod);
      String output = Pipelines.outputOf(run);
      assertThat(pipelines.field("taskrun/" + name + "-ship", ".status.podName"))
          .as("Tekton's retry")
          .isNotEqualTo(pod);
      long moved = Long.parseLong(Pipelines.result(output, "bytes-moved"));
      long reused = Long.parseLong(Pipelines.result(output, "bytes-reused"));
      assertThat(reused).as("what had arrived").isGreaterThan(OPEN * SHARD);
      assertThat(moved + reused).isBetween(SHARDS * SHARD, SHARDS * SHARD + SMALL);
      assertThat(sink.bytesReceived()).isLessThan((SHARDS + OPEN) * SHARD + SMALL);
      assertThat(Pipelines.result(output, "image-digest"))
          .isEqualTo(pipelines.expected("team/model"));
    }
  }

  @Test
  void aTokenThatEndsInTheMiddleIsReadAnew() throws IOException {
    String account = pipelines.namespace() + ":modelcar";
    TokenReviews reviews = new TokenReviews(pipelines.cluster(), pipelines.folder(), account);
    String first = token();
    writeSecret("create", first);
    AtomicReference<String> ended = new AtomicReference<>("");
    AtomicInteger refused = new AtomicInteger();
    RegistryAuth auth =
        new RegistryAuth.OpenShift(token -> {
          boolean isEnded = token.equals(ended.get());
          if (isEnded) {
            refused.incrementAndGet();
          }
          return !isEnded && reviews.isGood(token);
        });
    try (FakeRegistry sink = Pipelines.sink(auth)) {
      sink.rateLimit(8L << 20);
      pipelines.create(
          taskRun(
              sink,
              "own-token",
              """
                  secret:
                        secretName: token
              """));
      try (ChildProcess log = awaitLog("own-token")) {
        Pipelines.awaitBytes(log, sink, SHARD);
        // From now on there is nothing that the registry takes, and every layer is under way.
        ended.set(first);
        sink.server().cutConnections();
        Pipelines.await(log, () -> refused.get() >= OPEN + 2);
        writeSecret("replace", token());
        touchPod();
        pipelines.await("condition=Succeeded", "taskrun/own-token");
        log.await(Pipelines.PATIENCE);
        assertThat(log.output()).contains("accepted before (token from the token file");
      }
      assertThat(sink.tags("team/model")).contains("v1");
      assertThat(reviews.refused()).as("nobody came with anything else").isZero();
      assertThat(pipelines.field("taskrun/own-token", ".status.retriesStatus"))
          .as("it is one pod that goes on")
          .isEmpty();
    }
  }

  /** The shortest life that Kubernetes gives is ten minutes; after eight comes the next token. */
  @Test
  void theTokenThatTheKubeletRenewsIsReadAnew() throws IOException {
    assumeTrue(Soak.isWhole(), "ten minutes, which ./test --soak takes");
    TokenReviews reviews =
        new TokenReviews(
            pipelines.cluster(), pipelines.folder(), pipelines.namespace() + ":modelcar");
    List<String> tokens = new CopyOnWriteArrayList<>();
    RegistryAuth auth =
        new RegistryAuth.OpenShift(token -> {
          if (!tokens.contains(token)) {
            tokens.add(token);
          }
          return token.equals(tokens.getLast()) && reviews.isGood(token);
        });
    try (FakeRegistry sink = Pipelines.sink(auth)) {
      sink.rateLimit(SHARD / 600);
      pipelines.create(
          taskRun(
              sink,
              "renewed-token",
              """
                  projected:
                        sources:
                          - serviceAccountToken:
                              path: token
                              expirationSeconds: 600
              """));
      try (ChildProcess log = awaitLog("renewed-token")) {
        Pipelines.await(log, () -> tokens.size() > 1);
        sink.rateLimit(Long.MAX_VALUE);
        pipelines.await("condition=Succeeded", "taskrun/renewed-token");
      }
      assertThat(sink.tags("team/model")).contains("v1");
      assertThat(reviews.refused()).as("nobody came with anything else").isZero();
      assertThat(pipelines.field("taskrun/renewed-token", ".status.retriesStatus")).isEmpty();
    }
  }

  private String token() throws IOException {
    return pipelines
        .cluster()
        .kubectl("-n", pipelines.namespace(), "create", "token", "modelcar", "--duration=1h")
        .strip();
  }

  private void writeSecret(String how, String token) throws IOException {
    Path file = pipelines.folder().resolve("secret.yaml");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: token
        stringData:
          token: %s
        """
            .formatted(token));
    pipelines.cluster().kubectl("-n", pipelines.namespace(), how, "-f", file.toString());
  }

  /** A kubelet looks after the volumes of a pod at once when the pod has changed. */
  private void touchPod() throws IOException {
    String pod = pipelines.field("taskrun/own-token", ".status.podName");
    pipelines
        .cluster()
        .kubectl("-n", pipelines.namespace(), "annotate", "pod", pod, "modelcar.test/touched=1");
  }

  private ChildProcess awaitLog(String taskRun) throws IOException {
    pipelines.await("jsonpath={.status.podName}", "taskrun/" + taskRun);
    String pod = pipelines.field("taskrun/" + taskRun, ".status.podName");
    pipelines.await("condition=Ready", "pod/" + pod);
    return pipelines
        .cluster()
        .start("-n", pipelines.namespace(), "logs", "-f", pod, "-c", "step-ship");
  }

  /**
   * A shipment that has its token from a file.
   *
   * @param workspace what the file's folder is made of
   */
  private String taskRun(FakeRegistry sink, String name, String workspace) {
    return """
    apiVersion: tekton.dev/v1
    kind: TaskRun
    metadata:
      name: %s
    spec:
      serviceAccountName: modelcar
      taskRef:
        name: modelcar-ship
      params:
        - name: source
          value: hf://team/model
        - name: targets
          value: ["%s/team/model:v1"]
        - name: base
          value: none
        - name: plain-http
          value: "true"
        - name: hf-endpoint
          value: %s
        - name: extra-args
          value: ["--token-file=/workspace/dockerconfig/token", "--verbose"]
      workspaces:
        - name: dockerconfig
          %s
    """
        .formatted(name, pipelines.place(sink), pipelines.hub().endpoint(), workspace.strip());
  }
}
