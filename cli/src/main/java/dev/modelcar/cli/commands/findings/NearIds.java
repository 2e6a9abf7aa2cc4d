package dev.modelcar.cli.commands.findings;

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
        .filter(id -> isPart(plain, id) || distance(plain, id) <= allowed)
        .sorted(
            Comparator.comparingInt((String id) -> distance(plain, id))
                .thenComparing(Comparator.naturalOrder()))
        .limit(MOST)
        .toList();
  }

  private static boolean isPart(String plain, String id) {
    return plain.length() >= SHORTEST_PART && id.contains(plain);
  }

  /** Letters to insert, remove, replace or swap. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          cost[i][j] = Math.min(cost[i][j], 1 + cost[i - 2][j - 2]);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
