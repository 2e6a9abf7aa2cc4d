package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Helper;
import dev.modelcar.bench.workshop.HelperProcess;
import dev.modelcar.bench.workshop.Measured;
import dev.modelcar.bench.workshop.Workshop;
import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.net.Direction;
import dev.modelcar.testkit.net.FaultyLink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** What is sent again when a run is killed time and again, until one ends by itself. */
final class KillsBar implements Bar {
  private static final String MODEL = "bench/kills";
  private static final int SHARDS = 8;
  private static final long MODEL_BYTES = 1L << 30;
  private static final int KILLS = 30;
  private static final double MIB = 1 << 20;
  private static final Duration GLANCE = Duration.ofMillis(1);

  @Override
  public String name() {
    return "kills";
  }

  @Override
  public String description() {
    return "30 kills of one run, 1 GiB in 8 layers; to docker-registry and distribution 3";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    Helper.Repository model =
        new Helper.Repository(MODEL, 13, SHARDS, Workshop.multipleOf8(MODEL_BYTES / SHARDS));
    HelperProcess hub = workshop.hub(model);
    List<Row> rows = new ArrayList<>();
    Optional<RealRegistry> second = workshop.debianRegistry();
    if (second.isPresent()) {
      rows.add(row(workshop, hub, model, second.get(), "docker-registry", 35));
    }
    Optional<RealRegistry> third = workshop.distribution3();
    if (third.isPresent()) {
      rows.add(row(workshop, hub, model, third.get(), "distribution 3", 16));
    }
    return rows;
  }

  private static Row row(
      Workshop workshop,
      HelperProcess hub,
      Helper.Repository model,
      RealRegistry program,
      String where,
      double limit)
      throws IOException {
    double again =
        workshop.withRegistry(
            program,
            registry -> {
              try (FaultyLink link = FaultyLink.to("127.0.0.1", registry.port())) {
                return sentAgain(workshop, hub, model, link);
              }
            });
    return new Row(
        "sent again per kill, " + where,
        "%.1f MiB".formatted(again),
        "≤ %.0f MiB".formatted(limit),
        again <= limit);
  }

  /** MiB for each kill. */
  private static double sentAgain(
      Workshop workshop, HelperProcess hub, Helper.Repository model, FaultyLink link)
      throws IOException {
    Path state = workshop.fresh("state");
    List<String> command =
        workshop.modelcar(
            "ship",
            "hf://" + MODEL + "@v1",
            "--base",
            "none",
            "--state-dir",
            state.toString(),
            "--to",
            "http://" + link.authority() + "/bench/model:v1");
    long total = model.model().totalBytes();
    Random random = new Random(7);
    // Each run gets so far on average that the last one has some work left.
    long step = total / (KILLS + 2);
    for (int kill = 0; kill < KILLS; kill++) {
      long until = link.bytes(Direction.TO_SERVER) + step / 2 + random.nextLong(step);
      killWhen(workshop, hub, command, link, until);
    }
    Measured last = workshop.run(hub, command);
    workshop.say("  the run after the kills: %.2f s".formatted(last.wall()));
    return (link.bytes(Direction.TO_SERVER) - total) / MIB / KILLS;
  }

  private static void killWhen(
      Workshop workshop, HelperProcess hub, List<String> command, FaultyLink link, long until)
      throws IOException {
    Path folder = workshop.fresh("killed");
    ChildProcess.Command words =
        new ChildProcess.Command(
            command,
            Map.of("HF_ENDPOINT", hub.value("endpoint"), "HF_TOKEN", ""),
            folder.resolveSibling("."),
            folder);
    try (ChildProcess process = ChildProcess.start(words)) {
      while (link.bytes(Direction.TO_SERVER) < until && process.await(GLANCE).isEmpty()) {
        Thread.onSpinWait();
      }
      ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
