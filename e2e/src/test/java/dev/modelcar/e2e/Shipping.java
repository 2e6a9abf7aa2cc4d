package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.net.Direction;
import dev.modelcar.testkit.net.FaultyLink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A shipment from a hub to a registry, whose way there is counted and can be broken. */
final class Shipping implements AutoCloseable {
  static final int PARALLEL = 2;

  private static final Duration GLANCE = Duration.ofMillis(3);
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Path folder;
  private final FakeHub hub;
  private final FaultyLink link;
  private final String repository;

  Shipping(Path folder, FakeHub hub, RunningRegistry registry, String repository) {
    this.folder = folder;
    this.hub = hub;
    this.link = FaultyLink.to("127.0.0.1", registry.port());
    this.repository = repository;
  }

  FaultyLink link() {
    return link;
  }

  long sent() {
    return link.bytes(Direction.TO_SERVER);
  }

  /** The image without the link's address, for others to look at. */
  String image(String authority) {
    return authority + "/" + repository + ":v1";
  }

  /** Starts the tool; always with the same words and the same memory. */
  ChildProcess start() throws IOException {
    List<String> words =
        new ArrayList<>(List.of("ship", "hf://org/name", "--base", "none", "--plain-http"));
    words.addAll(List.of("--parallel", "" + PARALLEL, "--retry-for", "60s"));
    words.addAll(List.of("--stall-timeout", "5s", "--to", image(link.authority())));
    return Modelcar.in(folder).with(hub).start(words.toArray(String[]::new));
  }

  /** Waits until so many bytes in all have gone to the registry; false if the tool ended before. */
  boolean awaitSent(ChildProcess tool, long bytes) {
    while (sent() < bytes) {
      if (tool.await(GLANCE).isPresent()) {
        return false;
      }
    }
    return true;
  }

  /** Waits for the tool to do its work, and returns the digest of the image. */
  static String finish(ChildProcess tool) throws IOException {
    int code = tool.await(PATIENCE).orElse(-1);
    assertThat(code).describedAs(tool.output()).isZero();
    return Modelcar.digest(tool.output());
  }

  @Override
  public void close() {
    link.close();
  }
}
