package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Contender;
import dev.modelcar.bench.workshop.Helper;
import dev.modelcar.bench.workshop.HelperProcess;
import dev.modelcar.bench.workshop.Measured;
import dev.modelcar.bench.workshop.Ways;
import dev.modelcar.bench.workshop.Workshop;
import dev.modelcar.testkit.RealRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Two registries from one read. */
final class TwoTargetsBar implements Bar {
  private static final String SOURCE = "hf://" + Workshop.MODEL + "@v1";
  private static final String SLOW_MODEL = "bench/slow";
  private static final int SHARDS = 4;

  /** Of one connection, of which there are four. */
  private static final long RATE = 16L << 20;

  @Override
  public String name() {
    return "targets";
  }

  @Override
  public String description() {
    return "two registries from one read, against one run for each";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    Optional<RealRegistry> program = workshop.debianRegistry();
    if (program.isEmpty()) {
      return List.of();
    }
    List<Row> rows = new ArrayList<>(atFullSpeed(workshop, program.get()));
    rows.addAll(fromAHubWithARate(workshop, program.get()));
    return rows;
  }

  /** As fast as the registries take it: with both on this machine, that is what is measured. */
  private static List<Row> atFullSpeed(Workshop workshop, RealRegistry program) throws IOException {
    Ways ways = new Ways(workshop);
    Path base = ways.base();
    AtomicLong read = new AtomicLong();
    List<Measured> best =
        Contender.inTurn(
            workshop,
            new Contender(
                "one read",
                () ->
                    intoTwo(
                        workshop,
                        program,
                        both -> {
                          workshop.hub().countsSinceLastTime();
                          Measured once = ways.ours(SOURCE, base, both);
                          read.set(workshop.hub().countsSinceLastTime().getOrDefault("bytes", 0L));
                          return once;
                        })),
            ways.oursInto(program, SOURCE, base));
    return List.of(
        Row.ratio(
            "two targets, bytes read / model",
            (double) read.get() / workshop.model().model().totalBytes(),
            1.005),
        ratio("two targets, wall / two runs", best));
  }

  /** As it mostly is: the source is the slowest of all. */
  private static List<Row> fromAHubWithARate(Workshop workshop, RealRegistry program)
      throws IOException {
    Ways ways = new Ways(workshop);
    HelperProcess hub =
        workshop.slowHub(
            RATE,
            new Helper.Repository(
                SLOW_MODEL, 12, SHARDS, Workshop.multipleOf8(workshop.size() / 4 / SHARDS)));
    Path base = ways.base();
    String source = "hf://" + SLOW_MODEL + "@v1";
    List<Measured> best =
        Contender.inTurn(
            workshop,
            new Contender(
                "one read of a hub with a rate",
                () -> intoTwo(workshop, program, both -> ways.ours(hub, source, base, both))),
            new Contender(
                "from a hub with a rate",
                () ->
                    workshop.withRegistry(
                        program,
                        registry -> ways.ours(hub, source, base, List.of(Ways.target(registry))))));
    return List.of(ratio("two targets from a hub of 64 MiB/s, wall / two runs", best));
  }

  private static Measured intoTwo(
      Workshop workshop, RealRegistry program, Workshop.WithTargets<Measured> action)
      throws IOException {
    return workshop.withRegistry(
        program,
        first ->
            workshop.withRegistry(
                program, second -> action.apply(List.of(Ways.target(first), Ways.target(second)))));
  }

  private static Row ratio(String name, List<Measured> best) {
    return Row.ratio(name, best.get(0).wall() / (2 * best.get(1).wall()), 0.65);
  }
}
