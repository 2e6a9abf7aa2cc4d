package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Measured;
import dev.modelcar.bench.workshop.Ways;
import dev.modelcar.bench.workshop.Workshop;
import dev.modelcar.core.Json;
import dev.modelcar.testkit.RealRegistry;
import dev.modelcar.testkit.RunningRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a run sends after an earlier one was killed half-way. */
final class ResumeBar implements Bar {
  /** Half of it, what was on the wire when it was killed, and what a second is late. */
  private static final double HALF = 0.55;

  @Override
  public String name() {
    return "resume";
  }

  @Override
  public String description() {
    return "killed at half the time of a clean run, then again; to distribution 3";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    Optional<RealRegistry> program = workshop.distribution3();
    if (program.isEmpty()) {
      return List.of();
    }
    double wall =
        workshop
            .withRegistry(
                program.get(),
                registry -> workshop.run(workshop.hub(), command(workshop, registry)))
            .wall();
    return workshop.withRegistry(
        program.get(),
        registry -> {
          List<String> command = command(workshop, registry);
          List<String> killed =
              new ArrayList<>(
                  List.of(
                      "bash",
                      "-c",
                      "timeout -s KILL $0 \"$@\" || true",
                      String.format(Locale.ROOT, "%.2fs", wall / 2)));
          killed.addAll(command);
          workshop.run(workshop.hub(), killed);
          Measured again = workshop.run(workshop.hub(), command);
          String output = again.output();
          long moved =
              Json.parse(output.substring(output.indexOf('{'), output.lastIndexOf('}') + 1))
                  .path("bytesMoved")
                  .asLong();
          double share = (double) moved / workshop.model().model().totalBytes();
          return List.of(
              Row.ratio("after a kill at half time: bytes sent / model", share, HALF),
              Row.ratio("after a kill at half time: wall / clean run", again.wall() / wall, 1));
        });
  }

  private static List<String> command(Workshop workshop, RunningRegistry registry) {
    return workshop.modelcar(
        "ship",
        "hf://" + Workshop.MODEL + "@v1",
        "--base",
        "none",
        "--output",
        "json",
        "--quiet",
        "--to",
        Ways.target(registry),
        "--state-dir",
        "" + workshop.fresh("state").resolveSibling("state-" + registry.port()));
  }
}
