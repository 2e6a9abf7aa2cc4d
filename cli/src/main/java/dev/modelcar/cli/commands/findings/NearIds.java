package dev.modelcar.cli.commands.findings;

import dev.modelcar.core.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The ids that somebody may have meant who wrote another one. */
final class NearIds {
  private static final int MOST = 3;

  /** A part that is shorter stands in too many. */
  private static final int SHORTEST_PART = 4;

  private NearIds() {}

  /** The nearest first; none if no id is like it. */
  static List<String> of(String wanted, Collection<String> ids) {
    String plain = wanted.strip().toLowerCase(Locale.ROOT).replaceAll("[\\s_.]+", "-");
    int allowed = Math.max(1, plain.length() / 4);
    return ids.stream()
        .distinct()
        .filter(id -> isPart(plain, id) || EditDistance.between(plain, id) <= allowed)
        .sorted(
            Comparator.comparingInt((String id) -> EditDistance.between(plain, id))
                .thenComparing(Comparator.naturalOrder()))
        .limit(MOST)
        .toList();
  }

  private static boolean isPart(String plain, String id) {
    return plain.length() >= SHORTEST_PART && id.contains(plain);
  }
}
