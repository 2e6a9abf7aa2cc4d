package dev.modelcar.testkit.net;

/** Which way bytes go through a link. */
public enum Direction {
  TO_SERVER,
  TO_CLIENT
}
