package dev.modelcar.testkit.hub;

import dev.modelcar.testkit.fault.ContentAnswer;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultInjector;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.ExchangeLog;
import dev.modelcar.testkit.server.Handler;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Another host that serves the large files to whoever has a signed URL. */
final class CdnHandler implements Handler {
  private static final String PREFIX = "/blob/";

  private final HubState state;
  private final Map<String, Crowd> crowds = new ConcurrentHashMap<>();

  /** How many read one blob at once. */
  private static final class Crowd {
    private int now;
    private int most;

    synchronized void enter() {
      now++;
      most = Math.max(most, now);
    }

    synchronized void leave() {
      now--;
    }

    synchronized int most() {
      return most;
    }
  }

  CdnHandler(HubState state) {
    this.state = state;
  }

  int mostAtOnce(String sha256) {
    Crowd crowd = crowds.get(sha256);
    return crowd == null ? 0 : crowd.most();
  }

  @Override
  public void handle(Call call) throws IOException {
    try (ExchangeLog.Entry<HubRequest> _ =
        state.log().open(() -> HubLog.record(HubRequestKind.CDN, call))) {
      if (call.header("Authorization").isPresent()) {
        state.leaks().incrementAndGet();
        error(call, 500, "LeakedToken", "A token has no business here");
        return;
      }
      call.paceAnswer(state.knobs().pace());
      Optional<Fault> fault = state.faults().next(HubRequestKind.CDN, call.target());
      if (fault.isPresent() && FaultInjector.inject(call, fault.get())) {
        return;
      }
      serve(call, fault);
    }
  }

  private void serve(Call call, Optional<Fault> fault) throws IOException {
    String sha256 = call.path().startsWith(PREFIX) ? call.path().substring(PREFIX.length()) : "";
    Optional<Content> content = state.blob(sha256);
    boolean expired = fault.isPresent() && fault.get() instanceof HubFault.ExpiredUrl;
    if (content.isEmpty()) {
      error(call, 404, "NoSuchKey", "The specified key does not exist.");
    } else if (expired || !state.urls().allows(call, sha256)) {
      error(call, 403, "AccessDenied", "Access Denied");
    } else {
      Crowd crowd = crowds.computeIfAbsent(sha256, _ -> new Crowd());
      crowd.enter();
      try {
        ContentAnswer.send(call, content.get(), headers(sha256), fault);
      } finally {
        crowd.leave();
      }
    }
  }

  private static Headers headers(String sha256) {
    // A CDN's own tag: as long as a digest, but another.
    String etag = Content.of("cdn " + sha256).sha256();
    return Headers.of(
        "Content-Type",
        "application/octet-stream",
        "ETag",
        "\"" + etag + "\"",
        "X-Amz-Cf-Id",
        etag.substring(0, 20));
  }

  private static void error(Call call, int status, String code, String message) throws IOException {
    String body =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>%s</Message></Error>"
            .formatted(code, message);
    call.respond(
        status,
        Headers.of("Content-Type", "application/xml"),
        body.getBytes(StandardCharsets.UTF_8));
  }
}
