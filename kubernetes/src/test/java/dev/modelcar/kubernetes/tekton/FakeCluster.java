package dev.modelcar.kubernetes.tekton;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Handler;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** An API server that holds what a test gives it, in the namespace models. */
final class FakeCluster implements AutoCloseable {
  private static final String TEKTON = "/apis/tekton.dev/v1/namespaces/models/";
  private static final String CORE = "/api/v1/namespaces/models/";
  private static final Headers JSON = Headers.of("Content-Type", "application/json");
  private static final int LARGEST = 1 << 20;

  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, String> objects = new ConcurrentHashMap<>();
  private final List<JsonNode> created = new CopyOnWriteArrayList<>();
  private final List<String> forbidden = new CopyOnWriteArrayList<>();
  private final Queue<Integer> failures = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> lostAnswers = new ConcurrentLinkedQueue<>();
  private volatile Handler log = call -> call.respond(404, JSON);
  private final TestServer server = TestServer.start(this::handle);

  /** Clients that ask once more, and do not wait for it. */
  PipelineRuns runs() {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server.uri().toString())
            .withNamespace("models")
            .withRequestRetryBackoffLimit(1)
            .withRequestRetryBackoffInterval(1)
            .build();
    Cluster cluster =
        new Cluster(new KubernetesClientBuilder().withConfig(config), Optional.empty());
    return new PipelineRuns(cluster, duration -> Thread.onSpinWait());
  }

  void tekton(String plural, String name, String body) {
    objects.put(TEKTON + plural + "/" + name, body);
  }

  void taskRuns(String... items) {
    objects.put(TEKTON + "taskruns", list("tekton.dev/v1", "TaskRunList", items));
  }

  /** An object of Kubernetes itself. */
  void core(String plural, String name) {
    core(plural, name, "");
  }

  /** An object of Kubernetes itself, with more metadata. */
  void core(String plural, String name, String metadata) {
    objects.put(
        CORE + plural + "/" + name, "{\"metadata\":{\"name\":\"%s\"%s}}".formatted(name, metadata));
  }

  /** Nobody may see objects of this kind. */
  void forbid(String plural) {
    forbidden.add(CORE + plural + "/");
  }

  /** Warnings of pods, each of which is its name, a reason and a message. */
  void events(String... pods) {
    List<String> items = new ArrayList<>();
    for (String pod : pods) {
      String[] words = pod.split(" ", 3);
      items.add(
          "{\"involvedObject\":{\"name\":\"%s\"},\"reason\":\"%s\",\"message\":\"%s\"}"
              .formatted(words[0], words[1], words[2]));
    }
    objects.put(CORE + "events", list("v1", "EventList", items.toArray(String[]::new)));
  }

  void pods(String... items) {
    objects.put(CORE + "pods", list("v1", "PodList", items));
  }

  /** The API groups that there are besides. */
  void group(String name) {
    objects.put(
        "/apis/" + name,
        "{\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",\"name\":\"%s\"}".formatted(name));
  }

  /** Answers requests for the logs of containers. */
  void log(Handler handler) {
    log = handler;
  }

  /** The next request for an object fails so. */
  void failNext(int status, int times) {
    for (int i = 0; i < times; i++) {
      failures.add(status);
    }
  }

  /** The next run is made, but the answer is this. */
  void loseAnswer(int status) {
    lostAnswers.add(status);
  }

  /** The runs that were made, in their order. */
  List<JsonNode> created() {
    return created;
  }

  JsonNode spec() {
    return created.getLast().get("spec");
  }

  private static String list(String version, String kind, String... items) {
    return "{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"metadata\":{},\"items\":[%s]}"
        .formatted(version, kind, String.join(",", items));
  }

  private void handle(Call call) throws IOException {
    if (call.method().equals("POST")) {
      create(call);
    } else if (call.path().endsWith("/log")) {
      log.handle(call);
    } else {
      Optional<Integer> failure = Optional.ofNullable(failures.poll());
      Optional<String> found = Optional.ofNullable(objects.get(call.path()));
      if (failure.isPresent()) {
        refuse(call, failure.get());
      } else if (forbidden.stream().anyMatch(call.path()::startsWith)) {
        refuse(call, 403);
      } else if (found.isPresent()) {
        call.respond(200, JSON, found.get().getBytes(StandardCharsets.UTF_8));
      } else {
        refuse(call, 404);
      }
    }
  }

  private static void refuse(Call call, int status) throws IOException {
    String body =
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"message\":\"not today\",\"code\":%d}"
            .formatted(status);
    call.respond(status, JSON, body.getBytes(StandardCharsets.UTF_8));
  }

  private void create(Call call) throws IOException {
    byte[] body = call.readBody(LARGEST);
    JsonNode run = json.readTree(body);
    String path = call.path() + "/" + run.at("/metadata/name").asText();
    if (objects.putIfAbsent(path, new String(body, StandardCharsets.UTF_8)) != null) {
      refuse(call, 409);
      return;
    }
    created.add(run);
    Optional<Integer> lost = Optional.ofNullable(lostAnswers.poll());
    if (lost.isPresent()) {
      refuse(call, lost.get());
    } else {
      call.respond(201, JSON, body);
    }
  }

  @Override
  public void close() {
    server.close();
  }

  /** Hears all that is told of a run. */
  static class Ear implements RunListener {
    private final Queue<String> heard = new ArrayDeque<>();

    @Override
    public synchronized void task(String task, String reason, String message) {
      heard.add("%s: %s (%s)".formatted(task, reason, message));
    }

    @Override
    public synchronized void line(String task, String text) {
      heard.add("[%s] %s".formatted(task, text));
    }

    @Override
    public synchronized void clusterIsAway(String message, Duration patience) {
      heard.add("away");
    }

    @Override
    public synchronized void clusterIsBack() {
      heard.add("back");
    }

    synchronized List<String> heard() {
      return List.copyOf(heard);
    }
  }
}
