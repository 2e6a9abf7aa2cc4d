package dev.modelcar.bench.workshop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One way to do something.
 *
 * @param run does it once, from the same start each time
 */
public record Contender(String name, Run run) {

  /** A single measurement. */
  @FunctionalInterface
  public interface Run {
    Measured once() throws IOException;
  }

  /**
   * Runs all in turn, so often, and gives the best of each. What the machine does, it does to all.
   */
  public static List<Measured> inTurn(Workshop workshop, Contender... contenders)
      throws IOException {
    List<Optional<Measured>> best = new ArrayList<>();
    for (Contender _ : contenders) {
      best.add(Optional.empty());
    }
    for (int round = 1; round <= workshop.rounds(); round++) {
      for (int i = 0; i < contenders.length; i++) {
        workshop.settle();
        Measured once = contenders[i].run.once();
        workshop.say(
            "  %s: %.2f s, %.2f CPU s".formatted(contenders[i].name, once.wall(), once.cpu()));
        best.set(i, Optional.of(best.get(i).map(once::best).orElse(once)));
      }
    }
    return best.stream().map(Optional::orElseThrow).toList();
  }
}
