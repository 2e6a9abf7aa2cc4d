package dev.modelcar.bench;

import java.io.IOException;
import java.util.List;

/** How long the shortest command takes. */
final class StartBar implements Bar {
  @Override
  public String name() {
    return "start";
  }

  @Override
  public String description() {
    return "`./modelcar version`, once it is built";
  }

  @Override
  public List<Row> measure(Workshop workshop) throws IOException {
    List<String> command = workshop.modelcar("version");
    workshop.run(command);
    Measured best =
        Contender.inTurn(workshop, new Contender("version", () -> workshop.run(command)))
            .getFirst();
    return List.of(Row.seconds("`./modelcar version`", best.wall(), 0.25));
  }
}
