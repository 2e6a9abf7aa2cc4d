package dev.modelcar.bench;

import dev.modelcar.testkit.RealRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** From the hub to distribution 3. */
final class ShipToDistribution3Bar implements Bar {
  @Override
  public String name() {
    return "ship3";
  }

  @Override
  public String description() {
    return "hub to distribution 3, against hf + olot + oras";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    Optional<RealRegistry> registry = workshop.distribution3();
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
    return List.of(
        Row.ratio(
            "`ship` to distribution 3, wall / hf + olot + oras",
            best.get(0).wall() / best.get(1).wall(),
            0.40));
  }
}
