package dev.modelcar.testkit.server;

import java.io.IOException;

/** Answers requests; called by many threads at once, one for each connection. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers one request, or ends its connection.
   *
   * @throws IOException if the connection broke; the server then drops what is left of it
   */
  void handle(Call call) throws IOException;
}
