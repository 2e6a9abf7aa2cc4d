package dev.modelcar.bench;

import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RunningRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** From one registry to another. */
final class CopyBar implements Bar {
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
    Ways ways = new Ways(workshop);
    return workshop.withRegistry(
        program.get(),
        source -> {
          ways.ours("hf://" + Workshop.MODEL + "@v1", ways.base(), List.of(Ways.target(source)));
          String from = source.authority() + "/bench/model:v1";
          List<Contender> contenders = new ArrayList<>();
          contenders.add(
              into(
                  workshop,
                  program.get(),
                  "modelcar",
                  to -> workshop.modelcar("copy", "--plain-http", from, to)));
          contenders.add(
              into(
                  workshop,
                  program.get(),
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
                  program.get(),
                  "crane",
                  to -> List.of(Workshop.tool("crane"), "copy", "--insecure", from, to)));
          contenders.add(
              into(
                  workshop,
                  program.get(),
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
          return List.of(
              Row.ratio(
                  "`copy`, wall / best of skopeo, crane, oras",
                  best.getFirst().wall() / others,
                  0.9));
        });
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
