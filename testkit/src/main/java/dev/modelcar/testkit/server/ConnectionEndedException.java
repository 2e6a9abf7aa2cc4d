package dev.modelcar.testkit.server;

import java.io.IOException;

/** The server itself ended the connection of the request being handled, as it was told to. */
public final class ConnectionEndedException extends IOException {
  private static final long serialVersionUID = 1L;

  ConnectionEndedException(Ending ending) {
    super("the connection was ended: " + ending);
  }
}
