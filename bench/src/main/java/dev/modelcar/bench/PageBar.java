package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Contender;
import dev.modelcar.bench.workshop.Measured;
import dev.modelcar.bench.workshop.Ways;
import dev.modelcar.bench.workshop.Workshop;
import dev.modelcar.core.Digest;
import dev.modelcar.core.Sha256;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import dev.modelcar.report.RunRecord;
import dev.modelcar.testkit.FreePort;
import dev.modelcar.testkit.RealRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * What it costs to show a run while it is at work, with somebody who looks, and to keep its page.
 */
final class PageBar implements Bar {
  private static final int RECORDS = 8;

  @Override
  public String name() {
    return "page";
  }

  @Override
  public String description() {
    return "hub to docker-registry with --html and --live, and one viewer, against the same without";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    // The first time, what loading the classes took is freed in between.
    double held = Math.max(heldByLayers(), heldByLayers());
    Row memory =
        new Row(
            "record of a run, MiB per 1,000 layers of events",
            "%.2f".formatted(held),
            "≤ 8",
            held <= 8);
    Optional<RealRegistry> registry = workshop.debianRegistry();
    if (registry.isEmpty()) {
      return List.of(memory);
    }
    Ways ways = new Ways(workshop);
    Path base = ways.base();
    Path page = workshop.fresh("page");
    List<Measured> best =
        Contender.inTurn(
            workshop,
            ways.oursInto(registry.get(), ways.source(), base),
            new Contender(
                "with a page",
                () -> {
                  int port = FreePort.find();
                  Thread viewer = Thread.ofPlatform().daemon().start(() -> look(port));
                  try {
                    return ways.withRegistry(
                        registry.get(),
                        running ->
                            ways.ours(
                                ways.source(),
                                base,
                                List.of(Ways.target(running)),
                                "--html=" + page,
                                "--live=127.0.0.1:" + port));
                  } finally {
                    viewer.interrupt();
                  }
                }));
    return List.of(
        memory,
        Row.ratio(
            "`ship --html --live`, a viewer, wall / plain",
            best.get(1).wall() / best.get(0).wall(),
            1.01),
        Row.ratio(
            "`ship --html --live`, a viewer, CPU / plain",
            best.get(1).cpu() / best.get(0).cpu(),
            1.01));
  }

  /** MiB that the record of a run of 1,000 layers holds. */
  private static double heldByLayers() {
    List<RunRecord> records = new ArrayList<>(List.of(recordOfLayers()));
    long before = used();
    try {
      for (int i = 0; i < RECORDS; i++) {
        records.add(recordOfLayers());
      }
      return (used() - before) / 1048576.0 / RECORDS;
    } finally {
      Reference.reachabilityFence(records);
    }
  }

  /** 1,000 layers, each opened, moved in 100 steps, tried again and closed. */
  private static RunRecord recordOfLayers() {
    RunRecord run = new RunRecord(List.of("ship"), "bench", Instant.EPOCH, System::nanoTime);
    for (int i = 0; i < 1000; i++) {
      String layer = "model-%05d-of-01000.safetensors".formatted(i);
      String target = "registry.example/team/model:v1";
      run.on(new ShipmentEvent.LayerBegun(layer, target, 100L << 20));
      for (int step = 0; step < 100; step++) {
        run.on(new ShipmentEvent.LayerMoved(layer, target, 1 << 20));
      }
      run.on(new ShipmentEvent.Waiting("try again " + i, Duration.ofSeconds(1)));
      Digest digest = Sha256.of(layer.getBytes(StandardCharsets.UTF_8));
      run.on(new ShipmentEvent.LayerDone(layer, target, digest, 100L << 20));
    }
    return run;
  }

  private static long used() {
    // The serial collector leaves some dead objects in place in all but each fourth collection.
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Reads all that is sent, as soon as there is somebody who sends. */
  private static void look(int port) {
    while (!Thread.currentThread().isInterrupted()) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        OutputStream out = socket.getOutputStream();
        out.write(
            "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        in.transferTo(OutputStream.nullOutputStream());
        return;
      } catch (IOException e) {
        // Not there yet.
        LockSupport.parkNanos(50_000_000);
      }
    }
  }
}
