package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Ways;
import dev.modelcar.bench.workshop.Workshop;
import java.io.IOException;
import java.util.List;

/** A new revision in which one shard of forty is another. */
final class OneShardBar implements Bar {
  private static final double TOLERANCE = 0.01;

  @Override
  public String name() {
    return "shard";
  }

  @Override
  public String description() {
    return "a new revision with one changed shard of 40";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    return workshop.withDebianRegistry(registry -> {
      String target = Ways.target(registry);
      ship(workshop, "v1", target);
      workshop.hub().countsSinceLastTime();
      ship(workshop, "main", target.replace(":v1", ":v2"));
      long read = workshop.hub().countsSinceLastTime().getOrDefault("bytes", 0L);
      double share = (double) read / workshop.manyShards().bytesPerShard();
      return List.of(
          new Row(
              "one shard of 40 changed, bytes read / that shard",
              "%.4f".formatted(share),
              "0.99 to 1.01",
              Math.abs(share - 1) <= TOLERANCE));
    });
  }

  private static void ship(Workshop workshop, String revision, String target) throws IOException {
    workshop.run(
        workshop.hub(),
        workshop.modelcar(
            "ship",
            "hf://" + Workshop.SHARDS + "@" + revision,
            "--base",
            "none",
            "--state-dir",
            "none",
            "--to",
            target));
  }
}
