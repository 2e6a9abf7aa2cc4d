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
import java.util.OptionalDouble;

/** From the hub to a registry, against the usual way: download, package, push. */
final class UsualBar implements Bar {
  private final String name;
  private final RealRegistry.Kind kind;
  private final double wallLimit;
  private final OptionalDouble cpuLimit;

  private UsualBar(String name, RealRegistry.Kind kind, double wallLimit, OptionalDouble cpuLimit) {
    this.name = name;
    this.kind = kind;
    this.wallLimit = wallLimit;
    this.cpuLimit = cpuLimit;
  }

  static UsualBar withDockersRegistry() {
    return new UsualBar("usual", RealRegistry.Kind.DISTRIBUTION_2, 0.45, OptionalDouble.of(0.45));
  }

  static UsualBar withDistribution3() {
    return new UsualBar("usual3", RealRegistry.Kind.DISTRIBUTION_3, 0.40, OptionalDouble.empty());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return "hub to %s, against hf + olot + oras".formatted(where());
  }

  private String where() {
    return kind == RealRegistry.Kind.DISTRIBUTION_2 ? "docker-registry" : "distribution 3";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    Optional<RealRegistry> registry =
        kind == RealRegistry.Kind.DISTRIBUTION_2
            ? workshop.debianRegistry()
            : workshop.distribution3();
    if (registry.isEmpty() || !workshop.has("hf", "olot", "oras")) {
      return List.of();
    }
    Ways ways = new Ways(workshop);
    Path base = ways.base();
    List<Measured> best =
        Contender.inTurn(
            workshop,
            ways.oursInto(registry.get(), "hf://" + Workshop.MODEL + "@v1", base),
            ways.usualInto(registry.get(), base));
    Measured ours = best.get(0);
    Measured usual = best.get(1);
    List<Row> rows = new ArrayList<>();
    String what = "`ship` to " + where() + ", %s / hf + olot + oras";
    rows.add(Row.ratio(what.formatted("wall"), ours.wall() / usual.wall(), wallLimit));
    cpuLimit.ifPresent(
        limit -> rows.add(Row.ratio(what.formatted("CPU"), ours.cpu() / usual.cpu(), limit)));
    return rows;
  }
}
