package dev.modelcar.testkit.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One request to a registry, with all that its answer depends on. */
record RegistryExchange(
    RegistryState state, Call call, RegistryRoute route, Optional<Fault> fault) {

  /** The fault of this exchange, if it is of this type. */
  <F extends Fault> Optional<F> fault(Class<F> type) {
    return fault.filter(type::isInstance).map(type::cast);
  }

  RepositoryState repository() {
    return state.repository(route.repository());
  }

  void respond(int status, Headers headers) throws IOException {
    call.respond(status, common().and(headers));
  }

  /** What every answer says. */
  static Headers common() {
    return Headers.of("Docker-Distribution-Api-Version", "registry/2.0");
  }

  void json(int status, Headers headers, String mediaType, JsonNode body) throws IOException {
    call.respond(
        status,
        common().and(headers).with("Content-Type", mediaType),
        body.toString().getBytes(StandardCharsets.UTF_8));
  }

  void refuse(int status, String code, String message) throws IOException {
    refuse(status, Headers.none(), code, message, JsonNodeFactory.instance.objectNode());
  }

  void refuse(int status, Headers headers, String code, String message, JsonNode detail)
      throws IOException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode error = body.putArray("errors").addObject();
    error.put("code", code).put("message", message).set("detail", detail);
    json(status, headers, "application/json; charset=utf-8", body);
  }

  /** Answers as a server does that has never heard of the path. */
  void noSuchPage() throws IOException {
    call.respond(
        404,
        Headers.of("Content-Type", "text/plain; charset=utf-8"),
        "404 page not found\n".getBytes(StandardCharsets.UTF_8));
  }

  /** The header that names a digest, or what the fault makes of it. */
  Headers digestHeader(String digest) {
    if (fault(RegistryFault.MissingDigestHeader.class).isPresent()) {
      return Headers.none();
    }
    boolean wrong = fault(RegistryFault.WrongDigestHeader.class).isPresent();
    return Headers.of("Docker-Content-Digest", wrong ? "sha256:" + "0".repeat(64) : digest);
  }

  /** A place on this registry as its habit tells it. */
  String place(String path) {
    boolean absolute = state.habits().uploads().location() == UploadHabits.LocationStyle.ABSOLUTE;
    return absolute ? state.scheme() + "://" + call.header("Host").orElse("") + path : path;
  }
}
