package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages of what is done before and after a shipment. The API server is one of a few lines: it
 * keeps what is applied, and its pods cannot pull.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CommandPagesTest {
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/models/deployments/";

  private static final String REPLICA_SET =
      """
      {"kind":"ReplicaSetList","apiVersion":"apps/v1","metadata":{},"items":[{"metadata":{"name":"m-1",
      "labels":{"pod-template-hash":"1"},"annotations":{"deployment.kubernetes.io/revision":"1"}}}]}
      """;

  private static final String POD =
      """
      {"kind":"PodList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"name":"m-1-abcde","namespace":"models",
      "labels":{"pod-template-hash":"1"}},"spec":{"containers":[{"name":"server","image":"server"}],
      "volumes":[{"name":"model","image":{"reference":"IMAGE"}}]},
      "status":{"phase":"Pending","conditions":[],"containerStatuses":[{"name":"server","image":"server","imageID":"",
      "ready":false,"restartCount":0,"state":{"waiting":{"reason":"ImagePullBackOff",
      "message":"Back-off pulling image: failed to resolve reference: unexpected status: 401 Unauthorized"}}}]}}]}
      """;

  private static final String FAILED_RUN =
      """
      apiVersion: v1
      kind: List
      items:
      - apiVersion: tekton.dev/v1
        kind: TaskRun
        metadata: {name: ship, namespace: models}
        status:
          podName: ship-pod
          steps: [{name: push, container: step-push, terminated: {exitCode: 1, reason: Error}}]
          conditions: [{type: Succeeded, status: 'False', reason: StepFailed, message: m}]
      """;

  @TempDir private static Path folder;
  private final Map<String, String> applied = new ConcurrentHashMap<>();
  private Browser browser;
  private FakeHub hub;
  private FakeRegistry registry;
  private TestServer cluster;
  private String image = "";

  @BeforeAll
  void start() throws IOException {
    browser = Browser.start();
    hub = FakeHub.start();
    hub.add("team/model", GeneratedModel.llama(72, 2, 1 << 20));
    registry = FakeRegistry.start();
    cluster = TestServer.start(this::serve);
    Files.writeString(
        folder.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s"}}]
        contexts: [{name: c, context: {cluster: c, user: u, namespace: models}}]
        current-context: c
        users: [{name: u, user: {token: x}}]
        """
            .formatted(cluster.uri()));
    image = "http://" + registry.authority() + "/team/model:1";
    modelcar().ship("hf://team/model", "--base=none", "--state-dir=none", "--to=" + image);
  }

  @AfterAll
  void stop() {
    if (cluster != null) {
      browser.close();
      cluster.close();
      registry.close();
      hub.close();
    }
  }

  private void serve(Call call) throws IOException {
    String path = call.path();
    if (call.method().equals("PATCH")) {
      ObjectNode object = (ObjectNode) Json.parse(call.readBody(1 << 20));
      ((ObjectNode) object.get("metadata")).put("generation", 1).put("resourceVersion", "1");
      if (!String.valueOf(call.rawQuery()).contains("dryRun")) {
        applied.put(path, object.toString());
      }
      json(call, 200, object.toString());
    } else if (path.startsWith(DEPLOYMENTS) && applied.containsKey(path)) {
      ObjectNode object = (ObjectNode) Json.parse(applied.get(path));
      object.putObject("status").put("observedGeneration", 1).put("replicas", 1);
      json(call, 200, object.toString());
    } else if (path.endsWith("/replicasets")) {
      json(call, 200, REPLICA_SET);
    } else if (path.endsWith("/pods")) {
      json(call, 200, POD.replace("IMAGE", mounted()));
    } else if (path.endsWith("/events") || path.endsWith("/nodes")) {
      json(call, 200, "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[]}");
    } else if (path.equals("/version")) {
      json(call, 200, "{\"major\":\"1\",\"minor\":\"36\",\"gitVersion\":\"v1.36.3\"}");
    } else {
      json(
          call,
          404,
          "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"%s\",\"code\":404}"
              .formatted("the server could not find the requested resource"));
    }
  }

  /** The image that the Deployment mounts. */
  private String mounted() throws IOException {
    for (String object : applied.values()) {
      JsonNode reference = Json.parse(object).findPath("volumes").findPath("reference");
      if (reference.isTextual()) {
        return reference.asText();
      }
    }
    return "";
  }

  private static void json(Call call, int status, String text) throws IOException {
    call.respond(
        status,
        Headers.of("Content-Type", "application/json"),
        text.getBytes(StandardCharsets.UTF_8));
  }

  private Modelcar modelcar() throws IOException {
    return Modelcar.in(folder.resolve("home"))
        .with(hub)
        .with("KUBECONFIG", folder.resolve("kubeconfig").toString())
        .with("KUBERNETES_REQUEST_RETRY_BACKOFFLIMIT", "0");
  }

  private String page(int code, String... words) throws IOException {
    Path page = folder.resolve(words[0] + ".html");
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--html=" + page);
    try (ChildProcess process = modelcar().start(all.toArray(String[]::new))) {
      assertThat(process.await(Browser.PATIENCE).orElse(-1)).as(process.output()).isEqualTo(code);
    }
    String title = words[0] + (code == 0 ? ": succeeded" : ": failed");
    return browser.open(page.toUri().toString(), title);
  }

  @Test
  void aDeploymentWhoseImageCannotBePulledIsShownWithItsCause() throws IOException {
    String[] which = {"--format=deployment", "--namespace=models"};
    assertThat(page(6, "deploy", image, "--name=m", which[0], which[1], "--wait", "--timeout=20s"))
        .contains("deployment/m", "401 Unauthorized", "What to do");
    browser.assertGood("deploy");
    assertThat(page(6, "status", "m", which[0], which[1]))
        .contains("broken", "m-1-abcde", "401 Unauthorized");
    browser.assertGood("status");
  }

  @Test
  void whatIsCheckedBeforeARunIsShown() throws IOException {
    assertThat(
            page(
                9,
                "preflight",
                "hf://team/model",
                "--to=" + image,
                "--to=127.0.0.1:1/team/model:1",
                "--retry-for=1ms"))
        .contains("Findings", "127.0.0.1:1");
    browser.assertGood("preflight");
  }

  @Test
  void whatFailedFirstIsShown() throws IOException {
    Path logs = Files.createDirectories(folder.resolve("case/any/logs"));
    Files.writeString(folder.resolve("case/any/runs.yaml"), FAILED_RUN);
    Files.writeString(
        logs.resolve("ship-pod.step-push.log"), "Error: authentication required <b>now</b>\n");
    assertThat(page(9, "diagnose", folder.resolve("case").toString()))
        .contains("push-unauthorized", "<b>now</b>");
    browser.assertGood("diagnose");
  }
}
