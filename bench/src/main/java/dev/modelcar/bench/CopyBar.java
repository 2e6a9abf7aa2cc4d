package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Contender;
import dev.modelcar.bench.workshop.Helper;
import dev.modelcar.bench.workshop.HelperProcess;
import dev.modelcar.bench.workshop.Measured;
import dev.modelcar.bench.workshop.Ways;
import dev.modelcar.bench.workshop.Workshop;
import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RegistryOptions;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.net.FaultyLink;
import dev.modelcar.testkit.server.TestTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** From one registry to another. */
final class CopyBar implements Bar {
  private static final String FAR_MODEL = "bench/far";
  private static final int SHARDS = 24;

  /** Smaller ones would share layers. */
  private static final long SHARD = 40L << 20;

  /** Of one connection. */
  private static final long RATE = 16L << 20;

  @Override
  public String name() {
    return "copy";
  }

  @Override
  public String description() {
    return "docker-registry to docker-registry, against skopeo, crane and oras";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    Optional<RealRegistry> program = workshop.debianRegistry();
    if (program.isEmpty() || !workshop.has("skopeo", "crane", "oras")) {
      return List.of();
    }
    List<Row> rows = new ArrayList<>();
    Optional<RealRegistry> third = workshop.distribution3();
    if (third.isPresent()) {
      rows.add(
          Row.ratio(
              "`copy` between two of distribution 3, TLS, wall / best of them",
              overTls(workshop, third.get()),
              1.0));
    }
    rows.add(
        Row.ratio(
            "`copy`, wall / best of skopeo, crane, oras",
            atFullSpeed(workshop, program.get()),
            0.9));
    rows.add(
        Row.ratio(
            "`copy` at 16 MiB/s per connection, wall / best of them",
            fromFarAway(workshop, program.get()),
            0.9));
    return rows;
  }

  /** As it is in production, and with registries that do not fill the cores by themselves. */
  private static double overTls(Workshop workshop, RealRegistry program) throws IOException {
    Path folder = Files.createDirectories(workshop.fresh("keys"));
    TestTls keys = TestTls.create(folder);
    HelperProcess hub = workshop.tlsHub(folder, workshop.model());
    Ways ways = new Ways(workshop, hub, workshop.model(), Optional.of(keys));
    return workshop.withRegistry(
        program,
        RegistryOptions.plain().withTls(keys),
        source -> {
          ways.ours(ways.source(), ways.base(), List.of(Ways.target(source)));
          return ratio(workshop, program, source.authority(), Optional.of(keys));
        });
  }

  /** As fast as both registries can, on this machine. */
  private static double atFullSpeed(Workshop workshop, RealRegistry program) throws IOException {
    Ways ways = new Ways(workshop);
    return workshop.withRegistry(
        program,
        source -> {
          ways.ours("hf://" + Workshop.MODEL + "@v1", ways.base(), List.of(Ways.target(source)));
          return ratio(workshop, program, source.authority(), Optional.empty());
        });
  }

  /** As it mostly is: the network is the limit, for each connection. */
  private static double fromFarAway(Workshop workshop, RealRegistry program) throws IOException {
    Ways ways = new Ways(workshop);
    HelperProcess hub =
        workshop.slowHub(1L << 40, new Helper.Repository(FAR_MODEL, 14, SHARDS, SHARD));
    return workshop.withRegistry(
        program,
        source -> {
          ways.ours(hub, "hf://" + FAR_MODEL + "@v1", ways.base(), List.of(Ways.target(source)));
          try (FaultyLink link = FaultyLink.to("127.0.0.1", source.port()).throttle(RATE)) {
            return ratio(workshop, program, link.authority(), Optional.empty());
          }
        });
  }

  private static double ratio(
      Workshop workshop, RealRegistry program, String authority, Optional<TestTls> tls)
      throws IOException {
    String from = authority + "/bench/model:v1";
    boolean plain = tls.isEmpty();
    Target target = new Target(workshop, program, tls);
    List<Contender> contenders = new ArrayList<>();
    contenders.add(
        target.contender(
            "modelcar",
            to ->
                plain
                    ? workshop.modelcar("copy", "--plain-http", from, to)
                    : workshop.modelcar("copy", from, to)));
    contenders.add(
        target.contender(
            "skopeo",
            to ->
                List.of(
                    Workshop.tool("skopeo"),
                    "copy",
                    "--preserve-digests",
                    "--src-tls-verify=" + !plain,
                    "--dest-tls-verify=" + !plain,
                    "docker://" + from,
                    "docker://" + to)));
    contenders.add(
        target.contender(
            "crane",
            to ->
                plain
                    ? List.of(Workshop.tool("crane"), "copy", "--insecure", from, to)
                    : List.of(Workshop.tool("crane"), "copy", from, to)));
    contenders.add(
        target.contender(
            "oras",
            to ->
                plain
                    ? List.of(
                        Workshop.tool("oras"),
                        "cp",
                        "--no-tty",
                        "--from-plain-http",
                        "--to-plain-http",
                        from,
                        to)
                    : List.of(Workshop.tool("oras"), "cp", "--no-tty", from, to)));
    List<Measured> best = Contender.inTurn(workshop, contenders.toArray(Contender[]::new));
    double others = best.stream().skip(1).mapToDouble(Measured::wall).min().orElseThrow();
    return best.getFirst().wall() / others;
  }

  /** Where all copy to: a fresh registry each time. */
  private record Target(Workshop workshop, RealRegistry program, Optional<TestTls> tls) {
    Contender contender(String name, Function<String, List<String>> command) {
      RegistryOptions options =
          tls.map(RegistryOptions.plain()::withTls).orElseGet(RegistryOptions::plain);
      return new Contender(
          name,
          () ->
              workshop.withRegistry(
                  program,
                  options,
                  (RunningRegistry target) ->
                      workshop.run(
                          tls.map(keys -> keys.caFile().toString()),
                          command.apply(target.authority() + "/bench/model:v1"))));
    }
  }
}
