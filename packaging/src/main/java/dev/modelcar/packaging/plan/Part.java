package dev.modelcar.packaging.plan;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.layers.PlannedLayer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A share of a plan's layers, which one worker ships.
 *
 * @param index from 1 on
 * @param count of all parts
 */
public record Part(int index, int count) {
  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,3})/([1-9]\\d{0,3})");

  /** A worker is worth its start for about so many bytes. */
  private static final long WORTH_A_WORKER = 8L << 30;

  public Part {
    if (index < 1 || index > count) {
      throw new ModelcarException(
          CoreError.USAGE_INVALID, "there is no part %d of %d".formatted(index, count));
    }
  }

  /** Reads {@code 2/4}. */
  public static Optional<Part> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new Part(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  /** All parts, the first first. */
  public static List<Part> all(int count) {
    List<Part> parts = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      parts.add(new Part(i, count));
    }
    return parts;
  }

  /** A good number of parts for a plan: as many as are worth a worker, and no empty ones. */
  public static int countFor(LayerPlan plan, int most) {
    long worth = (plan.size() + WORTH_A_WORKER - 1) / WORTH_A_WORKER;
    long weights =
        plan.layers().stream().filter(l -> l.kind() == PlannedLayer.Kind.WEIGHTS).count();
    return (int) Math.max(1, Math.min(worth, Math.min(weights, most)));
  }

  /**
   * The layers of this part, in the order of the plan. Every worker finds the same: the largest
   * layer that is left goes to the part that has the least (R. L. Graham's LPT rule).
   */
  public List<PlannedLayer> layersOf(LayerPlan plan) {
    List<PlannedLayer> layers = plan.layers();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      order.add(i);
    }
    order.sort(
        Comparator.comparingLong((Integer i) -> layers.get(i).size())
            .reversed()
            .thenComparing(Comparator.naturalOrder()));
    long[] load = new long[count];
    List<Integer> mine = new ArrayList<>();
    for (int layer : order) {
      int least = 0;
      for (int i = 1; i < count; i++) {
        least = load[i] < load[least] ? i : least;
      }
      load[least] += layers.get(layer).size();
      if (least == index - 1) {
        mine.add(layer);
      }
    }
    Collections.sort(mine);
    return mine.stream().map(layers::get).toList();
  }

  @Override
  public String toString() {
    return index + "/" + count;
  }
}
