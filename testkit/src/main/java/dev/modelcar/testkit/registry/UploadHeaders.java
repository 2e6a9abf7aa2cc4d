package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.server.Headers;
import java.util.Optional;

/** What the answers about an upload say: its place, and how much has arrived. */
final class UploadHeaders {
  private UploadHeaders() {}

  /** Place and name of an upload. */
  static Headers of(RegistryExchange exchange, UploadSession session) {
    Headers headers = Headers.of("Docker-Upload-UUID", session.id());
    if (exchange.fault(RegistryFault.MissingLocation.class).isPresent()) {
      return headers;
    }
    String path = "/v2/" + session.repository() + "/blobs/uploads/" + session.id();
    if (exchange.state().habits().uploads().state() != UploadHabits.StateStyle.NONE) {
      path += "?_state=" + session.state();
    }
    String location = exchange.place(path);
    Optional<RegistryFault.ForeignLocation> foreign =
        exchange.fault(RegistryFault.ForeignLocation.class);
    return headers.with("Location", foreign.isPresent() ? foreign.get().root() + path : location);
  }

  static Headers ofStatus(RegistryExchange exchange, UploadSession session) {
    long size = session.upload().size();
    boolean count = told(exchange) == UploadHabits.RangeStyle.COUNT_ON_STATUS;
    Headers place = of(exchange, session);
    return count
        ? place.without("Location").with("Range", "bytes=0-" + size)
        : place.with("Range", range(exchange, size));
  }

  private static UploadHabits.RangeStyle told(RegistryExchange exchange) {
    return exchange.state().habits().uploads().told();
  }

  static String rangeOfNew(RegistryExchange exchange) {
    return told(exchange) == UploadHabits.RangeStyle.COUNT_ON_STATUS ? "bytes=0--1" : "0-0";
  }

  /**
   * @param own the bytes of the PATCH that is being answered
   */
  static String rangeOfPatch(RegistryExchange exchange, UploadSession session, long own) {
    boolean ranged = exchange.call().header("Content-Range").isPresent();
    long size =
        switch (told(exchange)) {
          case LAST_OFFSET, COUNT_ON_STATUS -> session.upload().size();
          case OWN_BYTES_ONLY -> ranged ? session.upload().size() : own;
          case FIRST_PATCH_ONLY -> session.firstPatchBytes();
        };
    return range(exchange, size);
  }

  private static String range(RegistryExchange exchange, long size) {
    if (exchange.fault(RegistryFault.ZeroRange.class).isPresent()) {
      return "0-0";
    }
    long behind =
        exchange
            .fault(RegistryFault.StaleRange.class)
            .map(RegistryFault.StaleRange::bytesBehind)
            .orElse(0L);
    return "0-" + Math.max(0, size - behind - 1);
  }
}
