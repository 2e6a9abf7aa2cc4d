package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RegistryOptions;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.model.GeneratedFile;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.modelregistry.FakeModelRegistry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A plain Deployment serves what modelcar ships, where Pod Security is restricted; and its end. */
@ExtendWith(OnKServe.class)
final class PlainServingTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int FAILED = 6;
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  private static final GeneratedModel MODEL = GeneratedModel.llama(91, 2, 1 << 20);

  /** One that is being deleted cannot be made again. */
  private final String namespace =
      "plain-serving-%x-%d".formatted(ProcessHandle.current().pid(), NAMESPACES.incrementAndGet());

  @TempDir Path folder;
  private Cluster cluster;
  private RunningRegistry registry;

  @BeforeEach
  void start() throws IOException {
    cluster = Cluster.in(folder);
    cluster.kubectl("create", "namespace", namespace);
    cluster.kubectl(
        "label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted");
    registry =
        Programs.need(RealRegistry.Kind.DISTRIBUTION_2)
            .start(folder.resolve("registry"), RegistryOptions.plain().forClusters());
  }

  @AfterEach
  void stop() throws IOException {
    cluster.kubectl("delete", "namespace", namespace, "--wait=false");
    registry.close();
  }

  private Modelcar modelcar() throws IOException {
    return Modelcar.in(folder.resolve("home")).with("KUBECONFIG", cluster.kubeconfig());
  }

  private String ship(GeneratedModel model, String tag) throws IOException {
    Path files = Files.createDirectory(folder.resolve(tag));
    model.writeTo(files);
    String repository = "%s:%d/models/car".formatted(cluster.host(), registry.port());
    return repository
        + "@"
        + modelcar()
            .ship(files.toString(), "--base=none", "--plain-http", "--to", repository + ":" + tag);
  }

  private String run(int expected, String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--namespace=" + namespace, "--output=json"));
    try (ChildProcess process = modelcar().start(all.toArray(String[]::new))) {
      int code = process.await(PATIENCE).orElse(-1);
      assertThat(code).describedAs(process.output()).isEqualTo(expected);
      return process.output();
    }
  }

  private String deploy(int expected, String image, String runtime) throws IOException {
    return run(
        expected,
        "deploy",
        image,
        "--name=m",
        "--plain-http",
        "--format=deployment",
        "--runtime-image=" + runtime,
        "--runtime-command=sh",
        "--runtime-command=-c",
        "--runtime-command=trap 'exit 0' TERM; httpd -f -p 8080 -h /mnt/models & wait",
        "--health-path=/config.json",
        "--wait",
        "--timeout=100s");
  }

  private void assertServed(GeneratedModel model) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of("-n", namespace, "exec", "deployment/m", "--", "busybox", "sha256sum"));
    model.files().forEach(file -> words.add("/mnt/models/" + file.path()));
    String sums = cluster.kubectl(words.toArray(String[]::new));
    for (GeneratedFile file : model.files()) {
      assertThat(sums).contains(file.sha256() + "  /mnt/models/" + file.path());
    }
  }

  @Test
  void servesThisDigestTheNextAndTheOneBeforeAndNamesWhatFails() throws IOException {
    GeneratedModel next = MODEL.withChangedShard(1, 77);
    String first = ship(MODEL, "v1");
    String second = ship(next, "v2");
    assertThat(deploy(0, first, "localhost/busybox:1"))
        .contains("\"outcome\" : \"serving\"", "\"change\" : \"created\"", "\"service/m\"");
    assertServed(MODEL);
    assertThat(run(0, "smoke", "m", "--plain-http"))
        .contains("has the SHA-256 of the image's", "\"via\" : \"port-forward\"");
    assertThat(deploy(0, first, "localhost/busybox:1")).contains("\"change\" : \"unchanged\"");
    assertThat(deploy(0, second, "localhost/busybox:1")).contains("\"change\" : \"changed\"");
    assertServed(next);
    assertThat(run(0, "rollback", "m", "--wait")).contains("\"outcome\" : \"serving\"", first);
    assertServed(MODEL);
    assertThat(deploy(FAILED, second, "%s:%d/none:1".formatted(cluster.host(), registry.port())))
        .contains("\"rule\" : \"serve-image-not-found\"", "\"stillServing\" : true");
    assertServed(MODEL);
    assertThat(run(FAILED, "status", "m", "--plain-http")).contains("serve-image-not-found");
    assertThat(run(0, "undeploy", "m")).contains("\"removed\" : true");
    assertThat(cluster.kubectl("-n", namespace, "get", "deployments,services,pods", "-o", "name"))
        .isBlank();
  }

  private static String post(FakeModelRegistry server, String path, String body)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(server.uri().resolve("/api/model_registry/v1alpha3/" + path))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      String response = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      return new ObjectMapper().readTree(response).path("id").asText();
    }
  }

  /** As the controller of the Model Registry leaves it, when it is gone. */
  @Test
  void undeployTellsTheModelRegistryAndRemovesTheFinalizerThatIsNamed()
      throws IOException, InterruptedException {
    String finalizer = "modelregistry.opendatahub.io/finalizer";
    Path object =
        Files.writeString(
            folder.resolve("held.yaml"),
            """
            apiVersion: serving.kserve.io/v1beta1
            kind: InferenceService
            metadata: {name: held, namespace: %s, finalizers: [%s]}
            spec: {predictor: {model: {modelFormat: {name: none}, storageUri: "oci://h.example/m:1"}}}
            """
                .formatted(namespace, finalizer));
    cluster.kubectl("create", "-f", object.toString());
    try (FakeModelRegistry server = FakeModelRegistry.start()) {
      String model = post(server, "registered_models", "{\"name\":\"a-model\"}");
      String environment =
          post(server, "serving_environments", "{\"name\":\"%s\"}".formatted(namespace));
      post(
          server,
          "inference_services",
          "{\"name\":\"held/uid\",\"registeredModelId\":\"%s\",\"servingEnvironmentId\":\"%s\"}"
              .formatted(model, environment));
      String url = "--model-registry=" + server.uri();
      assertThat(run(FAILED, "undeploy", "held", url, "--timeout=3s"))
          .contains(finalizer + " (the Model Registry's controller has not removed it)");
      assertThat(server.requests()).noneMatch(request -> request.startsWith("PATCH"));
      assertThat(run(0, "undeploy", "held", url, "--timeout=3s", "--remove-finalizer=" + finalizer))
          .contains("\"removed\" : true", "\"changed\" : true", finalizer);
      assertThat(run(0, "undeploy", "held", url))
          .contains("\"removed\" : false", "\"changed\" : false");
    }
  }
}
