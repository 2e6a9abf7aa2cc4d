package dev.modelcar.kubernetes.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.kubernetes.cluster.Cluster;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Headers;
import dev.modelcar.testkit.server.TestServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** An API server that takes what is applied in the namespace models, and knows no dry run. */
final class FakeServing implements AutoCloseable {
  static final String KSERVE =
      "/apis/serving.kserve.io/v1beta1/namespaces/models/inferenceservices";
  static final String LLM =
      "/apis/serving.kserve.io/v1alpha1/namespaces/models/llminferenceservices";
  static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/models/deployments";
  static final String SERVICES = "/api/v1/namespaces/models/services";
  static final String PODS = "/api/v1/namespaces/models/pods";
  static final String EVENTS = "/api/v1/namespaces/models/events";
  static final String REPLICA_SETS = "/apis/apps/v1/namespaces/models/replicasets";

  private static final Headers JSON = Headers.of("Content-Type", "application/json");
  private static final int LARGEST = 1 << 20;

  private final ObjectMapper mapper = new ObjectMapper();
  private final Map<String, JsonNode> objects = new ConcurrentSkipListMap<>();
  private final Map<String, Integer> refused = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicLong clock = new AtomicLong();
  private final TestServer server = TestServer.start(this::handle);

  InferenceServices services(Optional<ServedKind> kind) {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server.uri().toString())
            .withNamespace("models")
            .withRequestRetryBackoffLimit(0)
            .build();
    return new InferenceServices(
        new Cluster(new KubernetesClientBuilder().withConfig(config), Optional.empty()),
        kind,
        time -> clock.addAndGet(time.toNanos()),
        clock::get);
  }

  /** What is done with each object of a kind is refused. */
  void refuse(String path, int status) {
    refused.put(path, status);
  }

  void put(String path, String json) throws IOException {
    objects.put(path, mapper.readTree(json));
  }

  JsonNode object(String path) {
    JsonNode found = objects.get(path);
    return found == null ? mapper.createObjectNode() : found;
  }

  /** Method and path of all that changes something. */
  List<String> changes() {
    return requests;
  }

  private void handle(Call call) throws IOException {
    String path = call.path();
    boolean dry = call.query("dryRun").isPresent();
    if (!call.method().equals("GET")) {
      requests.add(call.method() + " " + path + (dry ? " (dry run)" : ""));
    }
    Optional<Integer> status =
        refused.entrySet().stream()
            .filter(entry -> path.startsWith(entry.getKey()))
            .map(Map.Entry::getValue)
            .findFirst();
    if (status.isPresent()) {
      respond(call, status.get(), refusal(status.get()));
      return;
    }
    switch (call.method()) {
      case "PATCH" -> {
        ObjectNode body = (ObjectNode) mapper.readTree(call.readBody(LARGEST));
        ObjectNode before = (ObjectNode) object(path).deepCopy();
        long generation = before.at("/metadata/generation").asLong();
        ObjectNode after = merged(before.deepCopy(), body);
        boolean same = after.path("spec").equals(before.path("spec"));
        ((ObjectNode) after.get("metadata")).put("generation", same ? generation : generation + 1);
        boolean gone =
            after.at("/metadata/deletionTimestamp").isTextual()
                && after.at("/metadata/finalizers").isEmpty();
        if (gone) {
          objects.remove(path);
        } else if (!dry) {
          objects.put(path, after);
        }
        respond(call, 200, after);
      }
      case "DELETE" -> {
        if (object(path).at("/metadata/finalizers").isEmpty()) {
          objects.remove(path);
        } else {
          ((ObjectNode) object(path).get("metadata"))
              .put("deletionTimestamp", "2026-01-01T00:00:00Z");
        }
        respond(call, 200, mapper.createObjectNode().put("kind", "Status"));
      }
      default -> {
        JsonNode found = objects.get(path);
        respond(call, found == null ? 404 : 200, found == null ? refusal(404) : found);
      }
    }
  }

  private static ObjectNode merged(ObjectNode into, ObjectNode from) {
    from.properties()
        .forEach(field -> {
          if (field.getValue() instanceof ObjectNode one
              && into.get(field.getKey()) instanceof ObjectNode other) {
            merged(other, one);
          } else {
            into.set(field.getKey(), field.getValue());
          }
        });
    return into;
  }

  private ObjectNode refusal(int status) {
    return mapper
        .createObjectNode()
        .put("kind", "Status")
        .put("apiVersion", "v1")
        .put("code", status)
        .put("message", status == 404 ? "Not Found" : "not today");
  }

  private static void respond(Call call, int status, JsonNode body) throws IOException {
    call.respond(status, JSON, body.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.close();
  }
}
