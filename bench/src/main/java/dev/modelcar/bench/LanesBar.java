package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Contender;
import dev.modelcar.bench.workshop.Measured;
import dev.modelcar.bench.workshop.Ways;
import dev.modelcar.bench.workshop.Workshop;
import dev.modelcar.testkit.RealRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether another number of lanes or more memory would be quicker than what is standard. */
final class LanesBar implements Bar {
  private static final List<List<String>> OTHERS =
      List.of(
          List.of("--parallel", "2"),
          List.of("--parallel", "3"),
          List.of("--parallel", "6"),
          List.of("--parallel", "8"),
          List.of("--memory", "32MiB"),
          List.of("--memory", "64MiB"),
          // At most a third of the heap, which is 256 MiB, counts.
          List.of("--memory", "256MiB"));

  /** Equal runs differ by so much. */
  private static final double EQUAL = 0.97;

  @Override
  public String name() {
    return "lanes";
  }

  @Override
  public String description() {
    return "other numbers of lanes and sizes of memory than the standard ones, to distribution 3";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    Optional<RealRegistry> registry = workshop.distribution3();
    if (registry.isEmpty()) {
      return List.of();
    }
    Ways ways = new Ways(workshop);
    Path base = ways.base();
    List<Contender> all = new ArrayList<>();
    all.add(with(workshop, registry.get(), ways, base, List.of()));
    OTHERS.forEach(options -> all.add(with(workshop, registry.get(), ways, base, options)));
    List<Measured> best = Contender.inTurn(workshop, all.toArray(Contender[]::new));
    Measured standard = best.getFirst();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < OTHERS.size(); i++) {
      Measured other = best.get(i + 1);
      double wall = other.wall() / standard.wall();
      rows.add(
          new Row(
              "`ship %s`, wall and CPU / standard".formatted(String.join(" ", OTHERS.get(i))),
              "%.3f, %.3f".formatted(wall, other.cpu() / standard.cpu()),
              "≥ " + EQUAL,
              wall >= EQUAL));
    }
    return rows;
  }

  private static Contender with(
      Workshop workshop, RealRegistry program, Ways ways, Path base, List<String> options) {
    return new Contender(
        "modelcar " + String.join(" ", options),
        () ->
            workshop.withRegistry(
                program,
                registry ->
                    ways.ours(
                        ways.source(),
                        base,
                        List.of(Ways.target(registry)),
                        options.toArray(String[]::new))));
  }
}
