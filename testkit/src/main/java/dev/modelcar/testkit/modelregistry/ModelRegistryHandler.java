package dev.modelcar.testkit.modelregistry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultInjector;
import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Handler;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The API. */
final class ModelRegistryHandler implements Handler {
  static final String ROOT = "/api/model_registry/v1alpha3/";
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int LARGEST_BODY = 8 << 20;

  private final Entries entries;
  private final ModelRegistryHabits habits;
  private final FaultPlan<ModelRegistryRequest> faults;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile Optional<String> token = Optional.empty();

  ModelRegistryHandler(
      Entries entries, ModelRegistryHabits habits, FaultPlan<ModelRegistryRequest> faults) {
    this.entries = entries;
    this.habits = habits;
    this.faults = faults;
  }

  List<String> requests() {
    return requests;
  }

  void requireToken(String newToken) {
    token = Optional.of(newToken);
  }

  @Override
  public void handle(Call call) throws IOException {
    requests.add(call.method() + " " + call.target());
    String[] path =
        call.path().startsWith(ROOT)
            ? call.path().substring(ROOT.length()).split("/", -1)
            : new String[] {""};
    Optional<Fault> fault =
        faults
            .next(ModelRegistryRequest.ANY, call.target())
            .or(() -> faults.next(kind(call.method(), path), call.target()));
    if (fault.isPresent() && FaultInjector.inject(call, fault.get())) {
      return;
    }
    if (token.isPresent()
        && !call.header("Authorization").equals(Optional.of("Bearer " + token.get()))) {
      text(call, 401, "Unauthorized\n");
      return;
    }
    try {
      answer(call, path);
    } catch (RefusedException e) {
      ObjectNode error =
          MAPPER.createObjectNode().put("code", e.code()).put("message", e.getMessage());
      respond(call, e.status(), error);
    }
  }

  private static ModelRegistryRequest kind(String method, String[] path) {
    return switch (method) {
      case "POST" -> ModelRegistryRequest.CREATE;
      case "PATCH" -> ModelRegistryRequest.PATCH;
      case "GET" ->
          path.length == 2
              ? ModelRegistryRequest.READ
              : path.length == 1 && Kind.of(path[0]).isPresent()
                  ? ModelRegistryRequest.FIND
                  : ModelRegistryRequest.LIST;
      default -> ModelRegistryRequest.OTHER;
    };
  }

  private void answer(Call call, String[] path) throws IOException, RefusedException {
    Optional<Kind> one = Kind.of(path[0]);
    Optional<Kind> several = Kind.of(path[0].replaceFirst("s$", "")).filter(k -> one.isEmpty());
    if (one.isPresent() && path.length == 1 && call.method().equals("GET")) {
      find(call, one.get());
    } else if (several.isEmpty()) {
      text(call, 404, "404 page not found\n");
    } else if (path.length == 1) {
      collection(call, several.get(), Optional.empty());
    } else if (path.length == 2) {
      entry(call, several.get(), path[1]);
    } else {
      Kind children =
          switch (several.get()) {
            case MODEL -> Kind.VERSION;
            case ENVIRONMENT -> Kind.SERVED;
            default -> Kind.ARTIFACT;
          };
      collection(call, children, Optional.of(path[1]));
    }
  }

  private void find(Call call, Kind kind) throws IOException, RefusedException {
    Optional<String> name = call.query("name");
    Optional<String> parent = call.query("parentResourceId");
    boolean root = kind == Kind.MODEL || kind == Kind.ENVIRONMENT;
    boolean enough = name.isPresent() && (root || parent.isPresent());
    if (!enough) {
      throw new RefusedException(
          kind == Kind.ARTIFACT && !habits.merging() && name.isPresent() ? 404 : 400,
          "invalid parameters call, supply either name or externalId: bad request");
    }
    respond(
        call,
        200,
        entries
            .find(kind, name.get(), parent.orElse(""))
            .orElseThrow(() ->
                new RefusedException(
                    404, "no %ss found for name=%s".formatted(kind.words(), name.get()))));
  }

  private void entry(Call call, Kind kind, String id) throws IOException, RefusedException {
    if (!id.matches("\\d+")) {
      throw new RefusedException(400, "strconv.ParseInt: parsing \"%s\"".formatted(id));
    }
    if (call.method().equals("PATCH")) {
      respond(call, 200, entries.patch(kind, id, body(call)));
    } else if (call.method().equals("GET")) {
      respond(call, 200, entries.get(kind, id).orElseThrow(() -> Entries.missing(kind, id)));
    } else {
      call.respond(405, Headers.of("Allow", "GET, PATCH"));
    }
  }

  private void collection(Call call, Kind kind, Optional<String> parent)
      throws IOException, RefusedException {
    if (call.method().equals("GET")) {
      respond(call, 200, page(call, kind, parent));
    } else if (call.method().equals("POST")) {
      ObjectNode body = body(call);
      boolean union = kind == Kind.ARTIFACT && parent.isPresent();
      if (union && !body.path("artifactType").asText().equals("model-artifact")) {
        throw new RefusedException(400, "invalid artifact type: bad request");
      }
      String above = parent.orElse(body.path("servingEnvironmentId").asText(""));
      respond(call, 201, entries.create(kind, above, body, union));
    } else {
      call.respond(405, Headers.of("Allow", "GET, POST"));
    }
  }

  private ObjectNode page(Call call, Kind kind, Optional<String> parent) throws RefusedException {
    List<ObjectNode> all = entries.list(kind, parent);
    int size = call.query("pageSize").map(Integer::parseInt).orElse(0);
    String token = call.query("nextPageToken").orElse("");
    if (!token.isEmpty() && !token.matches("\\d+") && habits.merging()) {
      throw new RefusedException(400, "invalid nextPageToken: bad request");
    }
    int from = token.matches("\\d+") ? Integer.parseInt(token) : 0;
    int to = size > 0 ? Math.min(all.size(), from + size) : all.size();
    ObjectNode page = MAPPER.createObjectNode();
    ArrayNode items = page.putArray("items");
    all.subList(Math.min(from, to), to).forEach(items::add);
    return page.put("nextPageToken", to < all.size() ? Integer.toString(to) : "")
        .put("pageSize", size)
        .put("size", items.size());
  }

  private static ObjectNode body(Call call) throws IOException, RefusedException {
    try {
      JsonNode json = MAPPER.readTree(call.readBody(LARGEST_BODY));
      if (json instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new RefusedException(400, "invalid character: " + e.getOriginalMessage());
    }
    throw new RefusedException(400, "EOF");
  }

  private static void respond(Call call, int status, ObjectNode json) throws IOException {
    call.respond(
        status,
        Headers.of("Content-Type", "application/json; charset=UTF-8"),
        MAPPER.writeValueAsBytes(json));
  }

  private static void text(Call call, int status, String text) throws IOException {
    call.respond(
        status,
        Headers.of("Content-Type", "text/plain; charset=utf-8"),
        text.getBytes(StandardCharsets.UTF_8));
  }
}
