package dev.modelcar.bench;

import dev.modelcar.bench.workshop.Bar;
import dev.modelcar.bench.workshop.Contender;
import dev.modelcar.bench.workshop.HelperProcess;
import dev.modelcar.bench.workshop.Measured;
import dev.modelcar.bench.workshop.Workshop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What remembering and reporting cost. */
final class JournalBar implements Bar {
  @Override
  public String name() {
    return "journal";
  }

  @Override
  public String description() {
    return "with journal and progress, against without, into a registry that keeps nothing";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    HelperProcess sink = workshop.sink();
    List<Measured> best =
        Contender.inTurn(
            workshop,
            new Contender(
                "with",
                () ->
                    workshop.run(
                        workshop.hub(),
                        command(workshop, sink, "--state-dir", "" + workshop.fresh("state")))),
            new Contender(
                "without",
                () ->
                    workshop.run(
                        workshop.hub(),
                        command(
                            workshop, sink, "--state-dir=none", "--receipts=never", "--quiet"))));
    return List.of(
        Row.ratio(
            "journal and progress, CPU / without", best.get(0).cpu() / best.get(1).cpu(), 1.01),
        Row.ratio(
            "journal and progress, wall / without", best.get(0).wall() / best.get(1).wall(), 1.01));
  }

  private static List<String> command(Workshop workshop, HelperProcess sink, String... options) {
    List<String> words =
        new ArrayList<>(
            workshop.modelcar(
                "ship",
                "hf://" + Workshop.MODEL + "@v1",
                "--base",
                "none",
                "--to",
                "http://%s/%s:v1"
                    .formatted(sink.value("authority"), workshop.fresh("again").getFileName())));
    words.addAll(List.of(options));
    return words;
  }
}
