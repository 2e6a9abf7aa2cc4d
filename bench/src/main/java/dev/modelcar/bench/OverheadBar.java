package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Contender;
import dev.modelcar.bench.workshop.Helper;
import dev.modelcar.bench.workshop.HelperProcess;
import dev.modelcar.bench.workshop.Measured;
import dev.modelcar.bench.workshop.Workshop;
import dev.modelcar.testkit.net.Direction;
import dev.modelcar.testkit.net.FaultyLink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a run takes before its first byte of a layer arrives at the registry, and after the last
 * one. Seen from a link in front of the registry: what goes before the first layer is far smaller
 * than what is waited for.
 */
final class OverheadBar implements Bar {
  private static final int FAR_MILLIS = 50;
  private static final long FIRST = 64 << 10;
  private static final double MOST_BEFORE = 0.45;
  private static final double MOST_AFTER = 0.25;

  @Override
  public String name() {
    return "overhead";
  }

  @Override
  public String description() {
    return "the shortest command; from `ship` to the first byte of a layer, and from the last one to"
        + " the end";
  }

  /** Seconds. */
  private record Overhead(double before, double after) {
    Overhead best(Overhead other) {
      return new Overhead(Math.min(before, other.before), Math.min(after, other.after));
    }
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    Helper.Repository model =
        new Helper.Repository("bench/brief", 12, 4, Workshop.multipleOf8(32L << 20));
    List<Row> rows = new ArrayList<>();
    List<String> shortest = workshop.modelcar("version");
    workshop.run(shortest);
    Measured start =
        Contender.inTurn(workshop, new Contender("version", () -> workshop.run(shortest)))
            .getFirst();
    rows.add(Row.seconds("`./modelcar version`", start.wall(), 0.25));
    Overhead near = best(workshop, workshop.hub(model), workshop.sink().value("authority"), model);
    rows.add(Row.seconds("`ship`, before the first byte", near.before(), MOST_BEFORE));
    rows.add(Row.seconds("`ship`, after the last byte", near.after(), MOST_AFTER));
    Overhead far =
        best(
            workshop,
            workshop.farHub(FAR_MILLIS, model),
            workshop.farSink(FAR_MILLIS).value("authority"),
            model);
    rows.add(
        Row.seconds(
            "`ship`, before the first byte, 50 ms away", far.before(), MOST_BEFORE + far(15)));
    rows.add(
        Row.seconds("`ship`, after the last byte, 50 ms away", far.after(), MOST_AFTER + far(5)));
    return rows;
  }

  private static double far(int requests) {
    return requests * FAR_MILLIS / 1000.0;
  }

  private static Overhead best(
      Workshop workshop, HelperProcess hub, String authority, Helper.Repository model)
      throws IOException {
    Overhead best = once(workshop, hub, authority, model);
    for (int i = 1; i < Math.max(3, workshop.rounds()); i++) {
      Overhead next = once(workshop, hub, authority, model);
      workshop.say("  %.2f s before, %.2f s after".formatted(next.before(), next.after()));
      best = best.best(next);
    }
    return best;
  }

  private static Overhead once(
      Workshop workshop, HelperProcess hub, String authority, Helper.Repository model)
      throws IOException {
    String[] registry = authority.split(":", -1);
    AtomicLong first = new AtomicLong();
    AtomicLong last = new AtomicLong();
    AtomicBoolean over = new AtomicBoolean();
    try (FaultyLink link = FaultyLink.to(registry[0], Integer.parseInt(registry[1]))) {
      List<String> command =
          workshop.modelcar(
              "ship",
              "hf://" + model.name() + "@v1",
              "--base",
              "none",
              "--state-dir",
              workshop.fresh("state").toString(),
              "--to",
              "http://"
                  + link.authority()
                  + "/bench/m"
                  + workshop.fresh("m").getFileName()
                  + ":v1");
      long total = model.model().totalBytes();
      Thread watch =
          Thread.ofPlatform()
              .start(() -> {
                while (!over.get() && last.get() == 0) {
                  long gone = link.bytes(Direction.TO_SERVER);
                  if (first.get() == 0 && gone >= FIRST) {
                    first.set(System.nanoTime());
                  }
                  if (gone >= total) {
                    last.set(System.nanoTime());
                  }
                  java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                }
              });
      long start = System.nanoTime();
      Measured measured = workshop.run(hub, command);
      over.set(true);
      watch.join();
      return new Overhead(
          (first.get() - start) / 1e9, measured.wall() - (last.get() - start) / 1e9);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
