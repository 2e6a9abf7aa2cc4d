package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Contender;
import dev.modelcar.bench.workshop.Helper;
import dev.modelcar.bench.workshop.HelperProcess;
import dev.modelcar.bench.workshop.Measured;
import dev.modelcar.bench.workshop.Ways;
import dev.modelcar.bench.workshop.Workshop;
import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * As it is in production: hub and registry speak TLS, and most models are not large. Short runs
 * show what the start of the virtual machine costs.
 */
final class TlsBar implements Bar {
  private static final String SHORT_MODEL = "bench/short";
  private static final int SHORT_SHARDS = 4;

  @Override
  public String name() {
    return "tls";
  }

  @Override
  public String description() {
    return "hub to registries, TLS on both sides, the model and a quarter of it, against pipes of"
        + " curl and hf + olot + oras";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    if (!workshop.has("curl")) {
      return List.of();
    }
    Path folder = Files.createDirectories(workshop.fresh("keys"));
    TestTls keys = TestTls.create(folder);
    Helper.Repository model = workshop.model();
    Helper.Repository quarter =
        new Helper.Repository(
            SHORT_MODEL, 9, SHORT_SHARDS, Workshop.multipleOf8(workshop.size() / 4 / SHORT_SHARDS));
    HelperProcess hub = workshop.tlsHub(folder, model, quarter);
    Ways whole = new Ways(workshop, hub, model, Optional.of(keys));
    Ways brief = new Ways(workshop, hub, quarter, Optional.of(keys));
    Path base = whole.base();
    List<Row> rows = new ArrayList<>();
    Optional<RealRegistry> third = workshop.distribution3();
    if (third.isPresent()) {
      rows.addAll(rows(workshop, whole, base, third.get(), "distribution 3, TLS", 1.10, 1.05));
      rows.addAll(
          rows(workshop, brief, base, third.get(), "distribution 3, TLS, a quarter", 1.12, 1.40));
    }
    Optional<RealRegistry> second = workshop.debianRegistry();
    if (second.isPresent()) {
      rows.addAll(rows(workshop, whole, base, second.get(), "docker-registry, TLS", 1.10, 1.05));
      rows.addAll(
          rows(workshop, brief, base, second.get(), "docker-registry, TLS, a quarter", 1.12, 1.40));
    }
    if (third.isPresent() && workshop.has("hf", "olot", "oras")) {
      List<Measured> best =
          Contender.inTurn(
              workshop,
              brief.oursInto(third.get(), brief.source(), base),
              brief.usualInto(third.get(), base));
      rows.add(
          Row.ratio(
              "`ship` to distribution 3, TLS, a quarter, wall / hf + olot + oras",
              best.get(0).wall() / best.get(1).wall(),
              0.40));
    }
    return rows;
  }

  private static List<Row> rows(
      Workshop workshop,
      Ways ways,
      Path base,
      RealRegistry registry,
      String where,
      double wallLimit,
      double cpuLimit)
      throws IOException {
    List<Measured> best =
        Contender.inTurn(
            workshop, ways.oursInto(registry, ways.source(), base), ways.curlInto(registry));
    String what = "`ship` to " + where + ", %s / curl pipes";
    return List.of(
        Row.ratio(what.formatted("wall"), best.get(0).wall() / best.get(1).wall(), wallLimit),
        Row.ratio(what.formatted("CPU"), best.get(0).cpu() / best.get(1).cpu(), cpuLimit));
  }
}
