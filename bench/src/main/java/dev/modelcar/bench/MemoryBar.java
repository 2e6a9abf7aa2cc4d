package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Helper;
import dev.modelcar.bench.workshop.HelperProcess;
import dev.modelcar.bench.workshop.Measured;
import dev.modelcar.bench.workshop.Workshop;
import java.io.IOException;
import java.util.List;

/** Resident memory, for models of very different size. */
final class MemoryBar implements Bar {
  private static final long MOST = 300L << 20;
  private static final double LIKENESS = 0.10;
  private static final int SHARDS = 16;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String description() {
    return "resident memory at two sizes, into a registry that checks and keeps nothing";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    long usual = peak(workshop, workshop.size(), workshop.rounds());
    long huge = peak(workshop, workshop.huge(), 1);
    double likeness = (double) huge / usual;
    return List.of(
        row("resident MiB, model", usual),
        row("resident MiB, huge model", huge),
        new Row(
            "resident memory, huge model / model",
            "%.3f".formatted(likeness),
            "0.9 to 1.1",
            Math.abs(likeness - 1) <= LIKENESS));
  }

  private static Row row(String what, long bytes) {
    return new Row(what, "%.0f".formatted(bytes / 1048576.0), "≤ 300", bytes <= MOST);
  }

  private static long peak(Workshop workshop, long size, int rounds) throws IOException {
    Helper.Repository repository =
        new Helper.Repository("bench/sized", 9, SHARDS, Workshop.multipleOf8(size / SHARDS));
    long peak = 0;
    try (HelperProcess hub = workshop.hub(repository)) {
      for (int i = 0; i < rounds; i++) {
        String target =
            "http://%s/sized-%d-%d:v1".formatted(workshop.sink().value("authority"), size, i);
        Measured once =
            workshop.run(
                hub,
                workshop.modelcar(
                    "ship",
                    "hf://bench/sized@v1",
                    "--base",
                    "none",
                    "--state-dir",
                    workshop.fresh("state").toString(),
                    "--to",
                    target));
        workshop.say(
            "  %.1f GiB: %.0f MiB resident, %.2f s"
                .formatted(size / 1073741824.0, once.peakMemory() / 1048576.0, once.wall()));
        peak = Math.max(peak, once.peakMemory());
      }
    }
    return peak;
  }
}
