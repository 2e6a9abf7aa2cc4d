package dev.modelcar.testkit.hub;

import dev.modelcar.testkit.server.Call;

/** How an exchange is written down. */
final class HubLog {
  private HubLog() {}

  static HubRequest record(HubRequestKind kind, Call call) {
    return new HubRequest(
        kind,
        call.method(),
        call.header("Host").orElse(""),
        call.target(),
        call.header("Range"),
        call.status(),
        call.bytesSent(),
        call.header("Authorization").isPresent(),
        call.connection());
  }
}
