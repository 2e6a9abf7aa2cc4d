package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Contender;
import dev.modelcar.bench.workshop.Measured;
import dev.modelcar.bench.workshop.Ways;
import dev.modelcar.bench.workshop.Workshop;
import dev.modelcar.testkit.RealRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** From a folder to Docker's registry 2.8. */
final class FolderBar implements Bar {
  @Override
  public String name() {
    return "folder";
  }

  @Override
  public String description() {
    return "folder to docker-registry, against olot + oras";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    Optional<RealRegistry> registry = workshop.debianRegistry();
    if (registry.isEmpty() || !workshop.has("olot", "oras")) {
      return List.of();
    }
    Ways ways = new Ways(workshop);
    Path base = ways.base();
    Path folder = workshop.fresh("folder");
    try {
      workshop.model().model().writeTo(folder);
      List<Measured> best =
          Contender.inTurn(
              workshop,
              ways.oursInto(registry.get(), folder.toString(), base),
              ways.olotInto(registry.get(), base, folder));
      return List.of(
          Row.ratio(
              "`ship` of a folder, wall / olot + oras",
              best.get(0).wall() / best.get(1).wall(),
              0.45));
    } finally {
      workshop.delete(folder);
    }
  }
}
