package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.When;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.hub.HubRequestKind;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import dev.modelcar.testkit.registry.RegistryRequestKind;
import dev.modelcar.testkit.registry.RegistrySettings;
import dev.modelcar.testkit.registry.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A long shipment, while something goes wrong all the time: it comes to its end, and grows in
 * nothing.
 */
final class SoakTest {
  private static final int SEED = 20261121;
  private static final int PARALLEL = 4;
  private static final long BYTES_PER_SECOND = 8L << 20;
  private static final int LONGEST_PAUSE_MILLIS = 1200;
  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** Small, so that what is not let go shows within the first third. */
  private static final String HEAP = "128m";

  /** The heap, and as much again for all else that a process needs. */
  private static final long MOST_MEMORY = 256L << 20;

  private final Random random = new Random(SEED);

  @TempDir private Path folder;

  /** What a process holds at a moment. */
  private record Holding(long memory, long threads, long sockets) {
    private static final Pattern MEMORY = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern THREADS = Pattern.compile("Threads:\\s+(\\d+)");

    static Holding of(long pid) throws IOException {
      Path process = Path.of("/proc", Long.toString(pid));
      String status = Files.readString(process.resolve("status"));
      try (Stream<Path> files = Files.list(process.resolve("fd"))) {
        long sockets = files.filter(Holding::isSocket).count();
        return new Holding(1024 * number(MEMORY, status), number(THREADS, status), sockets);
      }
    }

    private static boolean isSocket(Path file) {
      try {
        return Files.readSymbolicLink(file).toString().startsWith("socket:");
      } catch (IOException e) {
        return false;
      }
    }

    private static long number(Pattern pattern, String text) {
      Matcher matcher = pattern.matcher(text);
      return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
  }

  @Test
  void nothingGrowsWhileEverythingFails() throws Exception {
    long seconds = Soak.amount(15, 1800);
    long bytes = seconds * PARALLEL * BYTES_PER_SECOND;
    int shards = Soak.amount(4, 16);
    GeneratedModel model = GeneratedModel.llama(SEED, shards, bytes / shards / 8 * 8);
    RegistrySettings sink = RegistrySettings.defaults().withStorage(new Storage.Discarding());
    try (FakeHub hub = FakeHub.start();
        FakeRegistry registry = FakeRegistry.start(sink)) {
      hub.add("org/name", model);
      String expected = ship(hub, registry, "undisturbed");
      registry.rateLimit(BYTES_PER_SECOND);
      List<Holding> holdings = new ArrayList<>();
      try (ChildProcess tool = start(hub, registry, "disturbed")) {
        while (tool.await(Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS))).isEmpty()) {
          disturb(hub, registry);
          watch(tool, holdings);
        }
        assertThat(tool.await(LONGEST)).describedAs(tool.output()).hasValue(0);
        assertThat(Modelcar.digest(tool.output())).isEqualTo(expected);
      }
      assertFlat("memory", holdings, Holding::memory, 64L << 20);
      assertFlat("threads", holdings, Holding::threads, 16);
      assertFlat("sockets", holdings, Holding::sockets, 16);
      assertThat(holdings).allMatch(holding -> holding.memory() < MOST_MEMORY);
    }
  }

  private static void watch(ChildProcess tool, List<Holding> holdings) {
    try {
      holdings.add(Holding.of(tool.pid()));
    } catch (IOException e) {
      // It has just ended.
    }
  }

  private ChildProcess start(FakeHub hub, FakeRegistry registry, String name) throws IOException {
    return Modelcar.in(folder.resolve(name))
        .withHeap(HEAP)
        .with(hub)
        .start(
            "ship",
            "hf://org/name",
            "--base",
            "none",
            "--parallel",
            "" + PARALLEL,
            "--stall-timeout",
            "4s",
            "--to",
            "http://" + registry.authority() + "/" + name + ":v1");
  }

  private String ship(FakeHub hub, FakeRegistry registry, String name) throws IOException {
    try (ChildProcess tool = start(hub, registry, name)) {
      return Shipping.finish(tool);
    }
  }

  private void disturb(FakeHub hub, FakeRegistry registry) {
    // What was to go wrong with a request that never came would pile up.
    hub.faults().clear();
    registry.faults().clear();
    long after = random.nextLong(4 << 20);
    switch (random.nextInt(12)) {
      case 0 -> hub.cdnServer().cutConnections();
      case 1 -> registry.server().cutConnections();
      case 2 -> hub.expireSignedUrls();
      case 3 -> hub.faults().once(HubRequestKind.CDN, Fault.status(503));
      case 4 -> hub.faults().once(HubRequestKind.CDN, new Fault.Truncate(after));
      case 5 -> hub.faults().once(HubRequestKind.CDN, new Fault.Reset(When.IN_ANSWER, after));
      case 6 -> hub.faults().once(HubRequestKind.CDN, new Fault.Hang(When.IN_ANSWER, after));
      case 7 -> hub.faults().once(HubRequestKind.RESOLVE_GET, Fault.tooManyRequests(1));
      case 8 -> registry.faults().once(RegistryRequestKind.UPLOAD_START, Fault.status(502));
      case 9 ->
          registry
              .faults()
              .once(RegistryRequestKind.UPLOAD_PATCH, new Fault.Reset(When.IN_BODY, after));
      case 10 ->
          registry
              .faults()
              .once(RegistryRequestKind.UPLOAD_PATCH, new Fault.Drop(When.IN_BODY, after));
      default -> registry.faults().once(RegistryRequestKind.UPLOAD_CLOSE, Fault.status(500));
    }
  }

  /** The last third holds no more than the first, but for what a random moment may add. */
  private static void assertFlat(
      String what, List<Holding> holdings, ToLongFunction<Holding> held, long slack) {
    int third = holdings.size() / 3;
    long first = most(holdings.subList(0, Math.max(1, third)), held);
    long last = most(holdings.subList(2 * third, holdings.size()), held);
    assertThat(last).describedAs(what + ": from " + first).isLessThanOrEqualTo(first + slack);
  }

  private static long most(List<Holding> holdings, ToLongFunction<Holding> held) {
    return holdings.stream().mapToLong(held).max().orElse(0);
  }
}
