package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Contender;
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

/** From the hub to registries, against what it costs at the least. */
final class ShipBar implements Bar {
  private static final long MAY_WRITE = 10L << 20;

  @Override
  public String name() {
    return "ship";
  }

  @Override
  public String description() {
    return "hub to docker-registry and distribution 3, against pipes of curl, and against the least that"
        + " hashing costs";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    Optional<RealRegistry> registry = workshop.debianRegistry();
    if (registry.isEmpty() || !workshop.has("curl")) {
      return List.of();
    }
    Ways ways = new Ways(workshop);
    Path base = ways.base();
    HelperProcess sockets = workshop.sockets();
    List<String> floor =
        HelperProcess.command(
            List.of("floor", "" + workshop.size(), sockets.value("giver"), sockets.value("taker")));
    List<Measured> best =
        Contender.inTurn(
            workshop,
            ways.oursInto(registry.get(), ways.source(), base),
            ways.curlInto(registry.get()),
            new Contender("sha256 twice + sockets", () -> workshop.run(floor)));
    Measured ours = best.get(0);
    List<Row> rows = new ArrayList<>();
    rows.add(Row.ratio("`ship`, wall / curl pipes", ours.wall() / best.get(1).wall(), 1.08));
    rows.add(
        new Row(
            "`ship`, MiB written to disks",
            "%.1f".formatted(ours.written() / 1048576.0),
            "< 10",
            ours.written() < MAY_WRITE));
    rows.add(
        Row.ratio(
            "`ship`, CPU / SHA-256 twice and a copy through sockets",
            ours.cpu() / best.get(2).cpu(),
            1.3));
    Optional<RealRegistry> fast = workshop.distribution3();
    if (fast.isPresent()) {
      List<Measured> there =
          Contender.inTurn(
              workshop, ways.oursInto(fast.get(), ways.source(), base), ways.curlInto(fast.get()));
      rows.add(
          Row.ratio(
              "`ship` to distribution 3, wall / curl pipes",
              there.get(0).wall() / there.get(1).wall(),
              1.12));
    }
    return rows;
  }
}
