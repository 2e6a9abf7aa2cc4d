package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Contender;
import dev.modelcar.bench.workshop.Helper;
import dev.modelcar.bench.workshop.HelperProcess;
import dev.modelcar.bench.workshop.Measured;
import dev.modelcar.bench.workshop.Workshop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Several workers for one model, where each connection has its pace. */
final class PartsBar implements Bar {
  private static final int WORKERS = 8;

  /**
   * As many layers as all workers together move at once, four times: the next layer begins while
   * the last bytes of one are still in the kernel, which one worker alone has much of.
   */
  private static final int SHARDS = 128;

  /** Larger than what is packed with other files. */
  private static final long SHARD = 40L << 20;

  /** So that one worker takes some minutes: with real models it is hours. */
  private static final long RATE = 3L << 19;

  private static final String WORK =
      """
      set -euo pipefail
      count=$1 target=$2 source=$3
      shift 3
      workers=()
      for part in $(seq "$count"); do
        "$@" ship "$source" --part "$part/$count" --base none --state-dir none --to "$target" &
        workers+=($!)
      done
      for worker in "${workers[@]}"; do wait "$worker"; done
      "$@" seal "$source" --parts "$count" --base none --state-dir none --to "$target"
      """;

  @Override
  public String name() {
    return "parts";
  }

  @Override
  public String description() {
    return "eight workers and a seal, against one, where hub and registry give each connection a rate";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    Helper.Repository model = new Helper.Repository("bench/parts", 9, SHARDS, SHARD);
    HelperProcess hub = workshop.slowHub(RATE, model);
    HelperProcess sink = workshop.slowSink(RATE);
    List<Measured> best =
        Contender.inTurn(
            workshop,
            new Contender("eight workers", () -> work(workshop, hub, sink, WORKERS)),
            new Contender("one worker", () -> work(workshop, hub, sink, 1)));
    double speedup = best.get(1).wall() / best.get(0).wall();
    return List.of(
        new Row("eight workers, speed / one", "%.2f".formatted(speedup), "≥ 7", speedup >= 7));
  }

  private static Measured work(Workshop workshop, HelperProcess hub, HelperProcess sink, int count)
      throws IOException {
    String target =
        "http://%s/%s:v1".formatted(sink.value("authority"), workshop.fresh("parts").getFileName());
    List<String> words =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                WORK,
                "bash",
                Integer.toString(count),
                target,
                "hf://bench/parts@v1"));
    words.addAll(workshop.modelcar());
    return workshop.run(hub, words);
  }
}
