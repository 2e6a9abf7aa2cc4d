package dev.modelcar.testkit.server;

/** How a connection ends in the middle of something. */
public enum Ending {
  /** At once, with a TCP reset; bytes still on their way are lost. */
  RESET,
  /** With a FIN, as if the server had finished. */
  DROP,
  /** Not at all: it stays open and silent until the server is closed or the peer leaves. */
  HANG
}
