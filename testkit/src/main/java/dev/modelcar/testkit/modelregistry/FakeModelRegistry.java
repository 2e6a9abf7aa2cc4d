package dev.modelcar.testkit.modelregistry;

import dev.modelcar.testkit.fault.FaultPlan;
import dev.modelcar.testkit.server.TestServer;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A Model Registry with what is in memory, that behaves as one of several versions of the real one
 * does. May be used and changed by any thread.
 */
public final class FakeModelRegistry implements AutoCloseable {
  private final FaultPlan<ModelRegistryRequest> faults = FaultPlan.none();
  private final Entries entries;
  private final ModelRegistryHandler handler;
  private final TestServer server;

  private FakeModelRegistry(ModelRegistryHabits habits, String bindAddress) {
    this.entries = new Entries(habits);
    this.handler = new ModelRegistryHandler(entries, habits, faults);
    this.server = TestServer.start(bindAddress, 0, Optional.empty(), handler);
  }

  /** Starts a server like 0.2.22 on 127.0.0.1. */
  public static FakeModelRegistry start() {
    return start(ModelRegistryHabits.usual());
  }

  public static FakeModelRegistry start(ModelRegistryHabits habits) {
    return new FakeModelRegistry(habits, "127.0.0.1");
  }

  /** Starts a server like 0.2.22 that pods of a cluster can reach. */
  public static FakeModelRegistry startForClusters() {
    return new FakeModelRegistry(ModelRegistryHabits.usual(), "0.0.0.0");
  }

  /** The server's root; that of the API is below. */
  public URI uri() {
    return server.uri();
  }

  /** What goes wrong; change it at any time. */
  public FaultPlan<ModelRegistryRequest> faults() {
    return faults;
  }

  /** From now on, wants this token, as the proxy in front of a server does. */
  public FakeModelRegistry token(String token) {
    handler.requireToken(token);
    return this;
  }

  /** All requests so far, as in {@code GET /api/…?name=x}. */
  public List<String> requests() {
    return List.copyOf(handler.requests());
  }

  /** Forgets the requests so far. */
  public void clearRequests() {
    handler.requests().clear();
  }

  /** How many models, versions and artifacts there are. */
  public List<Integer> counts() {
    return List.of(count(Kind.MODEL), count(Kind.VERSION), count(Kind.ARTIFACT));
  }

  private int count(Kind kind) {
    return entries.list(kind, Optional.empty()).size();
  }

  /** The server, to cut its connections or let it refuse new ones. */
  public TestServer server() {
    return server;
  }

  @Override
  public void close() {
    server.close();
  }
}
