package dev.modelcar.testkit.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.util.Optional;

/** Uploads from their start to their end. */
final class UploadPages {
  private static final String DIGEST = "sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}";

  private final UploadBodies bodies = new UploadBodies();

  void start(RegistryExchange exchange) throws IOException {
    Optional<String> digest = exchange.call().query("digest");
    UploadSession session =
        new UploadSession(exchange.route().repository(), exchange.state().blobs().begin());
    exchange.state().repository(exchange.route().repository());
    exchange.state().add(session);
    boolean single = exchange.state().habits().uploads().singlePost() && digest.isPresent();
    if (!single) {
      started(exchange, session);
    } else if (bodies.isAcceptable(exchange, session)) {
      bodies.receive(exchange, session);
      commit(exchange, session, digest.get());
    }
  }

  private static void started(RegistryExchange exchange, UploadSession session) throws IOException {
    Headers headers =
        UploadHeaders.of(exchange, session).with("Range", UploadHeaders.rangeOfNew(exchange));
    var minimum = exchange.state().habits().limits().chunkMinimum();
    exchange.respond(
        202,
        minimum.isPresent()
            ? headers.with("OCI-Chunk-Min-Length", Long.toString(minimum.getAsLong()))
            : headers);
  }

  void mount(RegistryExchange exchange) throws IOException {
    String digest = exchange.call().query("mount").orElse("");
    Optional<String> from = exchange.call().query("from");
    Habits habits = exchange.state().habits();
    boolean held =
        from.isPresent()
            ? exchange.state().blob(from.get(), digest).isPresent()
            : habits.sharedBlobs() && exchange.state().blobs().find(digest).isPresent();
    if (habits.mounts() && held) {
      exchange.repository().link(digest);
      created(exchange, digest);
    } else {
      start(exchange);
    }
  }

  void patch(RegistryExchange exchange) throws IOException {
    Optional<UploadSession> session = find(exchange, true);
    if (session.isEmpty() || !bodies.isAcceptable(exchange, session.get())) {
      return;
    }
    long own = bodies.receive(exchange, session.get());
    session.get().patched(own);
    if (exchange.state().upload(session.get().repository(), session.get().id()).isEmpty()) {
      unknown(exchange);
      return;
    }
    exchange.respond(
        exchange.state().habits().uploads().patchStatus(),
        UploadHeaders.of(exchange, session.get())
            .with("Range", UploadHeaders.rangeOfPatch(exchange, session.get(), own)));
  }

  void status(RegistryExchange exchange) throws IOException {
    boolean oldIsLost =
        exchange.state().habits().uploads().state() == UploadHabits.StateStyle.OLD_NOT_FOUND;
    Optional<UploadSession> session = find(exchange, oldIsLost);
    if (session.isPresent()) {
      exchange.respond(204, UploadHeaders.ofStatus(exchange, session.get()));
    }
  }

  void close(RegistryExchange exchange) throws IOException {
    Optional<UploadSession> session = find(exchange, true);
    if (session.isEmpty()) {
      return;
    }
    if (bodies.isLateBodyWithoutRange(exchange, session.get())) {
      rangeInvalid(exchange, session.get());
    } else if (bodies.isAcceptable(exchange, session.get())) {
      bodies.receive(exchange, session.get());
      commit(exchange, session.get(), exchange.call().query("digest").orElse(""));
    }
  }

  private static void commit(RegistryExchange exchange, UploadSession session, String digest)
      throws IOException {
    RegistryState state = exchange.state();
    if (digest.matches(DIGEST) && state.blobs().commit(session.upload(), digest).isPresent()) {
      state.finished(session, digest);
      state.repository(session.repository()).link(digest);
      if (exchange.fault(RegistryFault.BlobVanished.class).isPresent()) {
        state.blobs().forget(digest);
      }
      created(exchange, digest);
      return;
    }
    if (state.habits().uploads().failedCloseCancels()) {
      state.cancel(session);
    }
    exchange.refuse(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
  }

  private static void created(RegistryExchange exchange, String digest) throws IOException {
    String path = "/v2/" + exchange.route().repository() + "/blobs/" + digest;
    exchange.respond(201, exchange.digestHeader(digest).with("Location", exchange.place(path)));
  }

  void cancel(RegistryExchange exchange) throws IOException {
    Optional<UploadSession> session = find(exchange, true);
    if (session.isPresent()) {
      exchange.state().cancel(session.get());
      exchange.respond(204, Headers.none());
    }
  }

  /** The upload that is meant; if there is none, or none any more, that has been answered. */
  private static Optional<UploadSession> find(RegistryExchange exchange, boolean checkState)
      throws IOException {
    RegistryState state = exchange.state();
    RegistryRoute route = exchange.route();
    Optional<UploadSession> session = state.upload(route.repository(), route.reference());
    if (exchange.fault(RegistryFault.SessionVanished.class).isPresent()) {
      session.ifPresent(state::cancel);
      session = Optional.empty();
    }
    if (session.isEmpty()) {
      unknown(exchange);
      return session;
    }
    UploadHabits.StateStyle style = state.habits().uploads().state();
    Optional<String> told = exchange.call().query("_state");
    if (!checkState || style == UploadHabits.StateStyle.NONE || session.get().isCurrent(told)) {
      return session;
    }
    if (style == UploadHabits.StateStyle.OLD_REFUSED && told.isPresent()) {
      rangeInvalid(exchange, session.get());
    } else {
      exchange.refuse(404, "BLOB_UPLOAD_INVALID", "blob upload invalid");
    }
    return Optional.empty();
  }

  private static void unknown(RegistryExchange exchange) throws IOException {
    exchange.refuse(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
  }

  static void rangeInvalid(RegistryExchange exchange, UploadSession session) throws IOException {
    exchange.refuse(
        416,
        exchange.state().habits().uploads().refusalTells()
            ? UploadHeaders.ofStatus(exchange, session)
            : Headers.none(),
        "RANGE_INVALID",
        "invalid content range",
        JsonNodeFactory.instance.objectNode());
  }
}
