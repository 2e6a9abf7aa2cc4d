package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Helper;
import dev.modelcar.bench.workshop.HelperProcess;
import dev.modelcar.bench.workshop.Workshop;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What {@code plan} asks the hub for. */
final class PlanBar implements Bar {
  private static final int WEIGHTS = 291;
  private static final long BYTES_PER_SHARD = 16L << 20;
  private static final long PAGES = 3;

  @Override
  public String name() {
    return "plan";
  }

  @Override
  public String description() {
    return "what `plan` of a repository with 300 files asks the hub for";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    Helper.Repository repository =
        new Helper.Repository("bench/wide", 10, WEIGHTS, BYTES_PER_SHARD);
    try (HelperProcess hub = workshop.hub(repository)) {
      hub.countsSinceLastTime();
      workshop.run(hub, workshop.modelcar("plan", "hf://bench/wide@v1", "--base", "none"));
      Map<String, Long> counts = hub.countsSinceLastTime();
      long trees = counts.getOrDefault("TREE", 0L);
      long weights = counts.getOrDefault("weights", 0L);
      double share = (double) counts.getOrDefault("bytes", 0L) / (WEIGHTS * BYTES_PER_SHARD);
      return List.of(
          new Row("`plan`, requests for a list of 3 pages", "" + trees, "3", trees == PAGES),
          Row.ratio("`plan`, requests per weight file", (double) weights / WEIGHTS, 2),
          Row.ratio("`plan`, share of the weights that is read", share, 0.01));
    }
  }
}
