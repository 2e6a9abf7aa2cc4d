package dev.modelcar.bench;

import dev.modelcar.testkit.RealRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Two registries from one read. */
final class TwoTargetsBar implements Bar {
  private static final String SOURCE = "hf://" + Workshop.MODEL + "@v1";

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
    Ways ways = new Ways(workshop);
    Path base = ways.base();
    AtomicLong read = new AtomicLong();
    List<Measured> best =
        Contender.inTurn(
            workshop,
            new Contender(
                "one read",
                () ->
                    workshop.withRegistry(
                        program.get(),
                        first ->
                            workshop.withRegistry(
                                program.get(),
                                second -> {
                                  workshop.hub().countsSinceLastTime();
                                  List<String> both =
                                      List.of(Ways.target(first), Ways.target(second));
                                  Measured once = ways.ours(SOURCE, base, both);
                                  read.set(
                                      workshop
                                          .hub()
                                          .countsSinceLastTime()
                                          .getOrDefault("bytes", 0L));
                                  return once;
                                }))),
            ways.oursInto(program.get(), SOURCE, base));
    return List.of(
        Row.ratio(
            "two targets, bytes read / model",
            (double) read.get() / workshop.model().model().totalBytes(),
            1.005),
        Row.ratio(
            "two targets, wall / two runs", best.get(0).wall() / (2 * best.get(1).wall()), 0.65));
  }
}
