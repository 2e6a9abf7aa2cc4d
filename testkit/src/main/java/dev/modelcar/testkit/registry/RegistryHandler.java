package dev.modelcar.testkit.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultInjector;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.ExchangeLog;
import dev.modelcar.testkit.server.Handler;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A registry's front door: log, faults, credentials, and the way to the right page. */
final class RegistryHandler implements Handler {
  private final RegistryState state;
  private final Guard guard;
  private final UploadPages uploads = new UploadPages();
  private final BlobPages blobs = new BlobPages();
  private final ManifestPages manifests = new ManifestPages();
  private final ListPages lists = new ListPages();

  RegistryHandler(RegistryState state, RegistryAuth auth) {
    this.state = state;
    this.guard = new Guard(auth, state.scheme());
  }

  @Override
  public void handle(Call call) throws IOException {
    RegistryRoute route = RegistryRoute.of(call);
    try (ExchangeLog.Entry<RegistryRequest> _ = state.log().open(() -> record(route, call))) {
      call.paceBody(state.pace());
      call.paceAnswer(state.pace());
      Optional<Fault> fault = state.faults().next(route.kind(), call.target());
      if (fault.isPresent() && FaultInjector.inject(call, fault.get())) {
        return;
      }
      admit(new RegistryExchange(state, call, route, fault));
    }
  }

  private static RegistryRequest record(RegistryRoute route, Call call) {
    return new RegistryRequest(
        route.kind(),
        call.method(),
        call.target(),
        route.repository(),
        call.header("Content-Range"),
        call.header("Range"),
        call.bodyLength(),
        call.bodyBytesRead(),
        call.status(),
        call.bytesSent(),
        call.header("Authorization").map(header -> header.split(" ", 2)[0]),
        call.connection());
  }

  private void admit(RegistryExchange exchange) throws IOException {
    Call call = exchange.call();
    List<Scope> needed =
        exchange.route().scopes(call.query("mount").flatMap(_ -> call.query("from")));
    Optional<String> challenge =
        exchange.fault(RegistryFault.CredentialsRefused.class).isPresent()
            ? Optional.of(guard.refusal(needed))
            : guard.challenge(call, needed);
    if (challenge.isPresent()) {
      exchange.refuse(
          401,
          Headers.of("WWW-Authenticate", challenge.get()),
          "UNAUTHORIZED",
          "authentication required",
          JsonNodeFactory.instance.objectNode());
      return;
    }
    answer(exchange);
  }

  private void answer(RegistryExchange exchange) throws IOException {
    switch (exchange.route().kind()) {
      case PING ->
          exchange.json(
              200, Headers.none(), "application/json", JsonNodeFactory.instance.objectNode());
      case BLOB_HEAD, BLOB_GET -> blobs.read(exchange);
      case BLOB_DELETE -> blobs.delete(exchange);
      case UPLOAD_START -> uploads.start(exchange);
      case MOUNT -> uploads.mount(exchange);
      case UPLOAD_PATCH -> uploads.patch(exchange);
      case UPLOAD_STATUS -> uploads.status(exchange);
      case UPLOAD_CLOSE -> uploads.close(exchange);
      case UPLOAD_CANCEL -> uploads.cancel(exchange);
      case MANIFEST_PUT -> manifests.put(exchange);
      case MANIFEST_GET, MANIFEST_HEAD -> manifests.read(exchange);
      case MANIFEST_DELETE -> manifests.delete(exchange);
      case TAGS -> lists.tags(exchange);
      case REFERRERS -> lists.referrers(exchange);
      case TOKEN, OTHER -> exchange.noSuchPage();
    }
  }
}
