package dev.modelcar.testkit.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One request to the hub, with all that its answer depends on. */
record HubExchange(HubState state, Call call, HubRoute route, Optional<Fault> fault) {
  private static final String BEARER = "Bearer ";

  /** The token that came along. */
  Optional<String> token() {
    return call.header("Authorization").map(HubExchange::withoutScheme);
  }

  private static String withoutScheme(String header) {
    return header.startsWith(BEARER) ? header.substring(BEARER.length()).strip() : header;
  }

  /** The fault of this exchange, if it is of this type. */
  <F extends Fault> Optional<F> fault(Class<F> type) {
    return fault.filter(type::isInstance).map(type::cast);
  }

  /** What every answer of the hub says. */
  Headers headers() {
    String bucket = route.kind().name().startsWith("RESOLVE") ? "resolvers" : "api";
    Headers headers =
        Headers.of(
            "X-Powered-By", "huggingface-moon",
            "X-Request-Id", "Root=1-" + Long.toHexString(call.connection()),
            "RateLimit", "\"" + bucket + "\";r=2998;t=172",
            "RateLimit-Policy", "\"fixed window\";\"" + bucket + "\";q=3000;w=300");
    Optional<String> warning = state.knobs().warning;
    return warning.isPresent() ? headers.with("X-HF-Warning", warning.get()) : headers;
  }

  void json(JsonNode body) throws IOException {
    json(Headers.none(), body);
  }

  void json(Headers more, JsonNode body) throws IOException {
    send(200, more.with("Content-Type", "application/json; charset=utf-8"), body.toString());
  }

  void text(int status, Headers more, String body) throws IOException {
    send(status, more.with("Content-Type", "text/plain; charset=utf-8"), body);
  }

  private void send(int status, Headers more, String body) throws IOException {
    call.respond(status, headers().and(more), body.getBytes(StandardCharsets.UTF_8));
  }

  void refuse(Refusal refusal) throws IOException {
    Headers more = Headers.of("X-Error-Message", refusal.message());
    if (refusal.code().isPresent()) {
      more = more.with("X-Error-Code", refusal.code().get());
    }
    if (refusal.commit().isPresent()) {
      more = more.with("X-Repo-Commit", refusal.commit().get());
    }
    if (refusal.status() == 401) {
      more =
          more.with(
              "WWW-Authenticate", "Bearer realm=\"Authentication required\", charset=\"UTF-8\"");
    }
    if (call.path().startsWith("/api/")) {
      String body =
          JsonNodeFactory.instance.objectNode().put("error", refusal.message()).toString();
      send(refusal.status(), more.with("Content-Type", "application/json; charset=utf-8"), body);
    } else {
      text(refusal.status(), more, refusal.message());
    }
  }
}
