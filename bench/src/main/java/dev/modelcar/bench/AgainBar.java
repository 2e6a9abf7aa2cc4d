package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Contender;
import dev.modelcar.bench.workshop.Measured;
import dev.modelcar.bench.workshop.Ways;
import dev.modelcar.bench.workshop.Workshop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a second run of the same command moves. */
final class AgainBar implements Bar {
  /** The headers of weights are read to know what they are. */
  private static final double HEADERS = 0.001;

  @Override
  public String name() {
    return "again";
  }

  @Override
  public String description() {
    return "the same model once more, by a fresh process, with and without its journal";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    return workshop.withDebianRegistry(registry -> {
      Path state = workshop.fresh("state");
      List<String> command =
          workshop.modelcar(
              "ship",
              "hf://" + Workshop.MODEL + "@v1",
              "--base",
              "none",
              "--to",
              Ways.target(registry),
              "--state-dir");
      workshop.run(workshop.hub(), with(command, state));
      List<Row> rows = new ArrayList<>();
      workshop.hub().countsSinceLastTime();
      rows.addAll(again(workshop, "with journal", with(command, state), 2));
      rows.addAll(again(workshop, "without journal", with(command, Path.of("none")), 3));
      return rows;
    });
  }

  private static List<String> with(List<String> command, Path state) {
    List<String> words = new ArrayList<>(command);
    words.add(state.toString());
    return words;
  }

  private static List<Row> again(Workshop workshop, String how, List<String> command, double limit)
      throws IOException {
    Measured best =
        Contender.inTurn(workshop, new Contender(how, () -> workshop.run(workshop.hub(), command)))
            .getFirst();
    long bytes = workshop.hub().countsSinceLastTime().getOrDefault("bytes", 0L);
    double share = (double) bytes / workshop.rounds() / workshop.model().model().totalBytes();
    return List.of(
        Row.seconds("again, " + how, best.wall(), limit),
        Row.ratio("again, " + how + ": bytes read / model", share, HEADERS));
  }
}
