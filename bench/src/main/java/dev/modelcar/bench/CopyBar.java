package dev.modelcar.bench;

import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RunningRegistry;
import dev.modelcar.testkit.net.FaultyLink;
import java.io.IOException;
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
    return List.of(
        Row.ratio(
            "`copy`, wall / best of skopeo, crane, oras",
            atFullSpeed(workshop, program.get()),
            0.9),
        Row.ratio(
            "`copy` at 16 MiB/s per connection, wall / best of them",
            fromFarAway(workshop, program.get()),
            0.9));
  }

  /** As fast as both registries can, on this machine. */
  private static double atFullSpeed(Workshop workshop, RealRegistry program) throws IOException {
    Ways ways = new Ways(workshop);
    return workshop.withRegistry(
        program,
        source -> {
          ways.ours("hf://" + Workshop.MODEL + "@v1", ways.base(), List.of(Ways.target(source)));
          return ratio(workshop, program, source.authority());
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
            return ratio(workshop, program, link.authority());
          }
        });
  }

  private static double ratio(Workshop workshop, RealRegistry program, String authority)
      throws IOException {
    String from = authority + "/bench/model:v1";
    List<Contender> contenders = new ArrayList<>();
    contenders.add(
        into(
            workshop,
            program,
            "modelcar",
            to -> workshop.modelcar("copy", "--plain-http", from, to)));
    contenders.add(
        into(
            workshop,
            program,
            "skopeo",
            to ->
                List.of(
                    Workshop.tool("skopeo"),
                    "copy",
                    "--preserve-digests",
                    "--src-tls-verify=false",
                    "--dest-tls-verify=false",
                    "docker://" + from,
                    "docker://" + to)));
    contenders.add(
        into(
            workshop,
            program,
            "crane",
            to -> List.of(Workshop.tool("crane"), "copy", "--insecure", from, to)));
    contenders.add(
        into(
            workshop,
            program,
            "oras",
            to ->
                List.of(
                    Workshop.tool("oras"),
                    "cp",
                    "--no-tty",
                    "--from-plain-http",
                    "--to-plain-http",
                    from,
                    to)));
    List<Measured> best = Contender.inTurn(workshop, contenders.toArray(Contender[]::new));
    double others = best.stream().skip(1).mapToDouble(Measured::wall).min().orElseThrow();
    return best.getFirst().wall() / others;
  }

  private static Contender into(
      Workshop workshop,
      RealRegistry program,
      String name,
      Function<String, List<String>> command) {
    return new Contender(
        name,
        () ->
            workshop.withRegistry(
                program,
                (RunningRegistry target) ->
                    workshop.run(command.apply(target.authority() + "/bench/model:v1"))));
  }
}
