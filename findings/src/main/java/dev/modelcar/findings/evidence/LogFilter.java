package dev.modelcar.findings.evidence;

import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.Severity;
import dev.modelcar.findings.Sign;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether a line of a log may tell why something failed. Of a gigabyte of lines, most have none of
 * the words that all signs have; of those that have one, most are like one that was looked at.
 */
final class LogFilter {
  private static final Set<Sign.Where> PRINTED =
      EnumSet.of(Sign.Where.LOG, Sign.Where.RESPONSE, Sign.Where.ADMISSION);

  /** Each sign of a failure has one of them; a test holds the catalogue to it. */
  private static final List<String> WORDS =
      List.of(
          ("error|fail|fatal|fata[|panic|denied|unauthori|exception|exit|cannot|can't|unable|not |n't |unknown"
                  + "|invalid|require|refused|forbidden|timed out|timeout|deadline|no |missing|killed|too |mismatch|differ|must|limit|reset"
                  + "|await|401|403|404|409|413|429|500|502|503|504|quota|exceed|scope|expired|credential"
                  + "|password|expected|http response|out of|larger|read-only|erofs|enospc|violates|usage per|above max"
                  + "|wrong|gated|private key|already|unsupported|only |unrecognized|terminated|closed|corrupt|incomplete|rate|proxy|dubious|than |speicherplatz|espac|reject|bad_alloc|unreachable|acquires|vulnerab|declined|protected|unbound|substitution|find section")
              .split("\\|"));

  /** What else must not be lost: other errors speak against those before them. */
  private static final Pattern ALWAYS =
      Pattern.compile(
          "^\\s*error id: |PRIVATE KEY|^(?:Traceback|(?:\\S+ )?(?:[Ee]rror|ERROR|FATAL|FATA|[Ff]atal|panic)\\b|\\w+(?:\\.\\w+)*(?:Error|Exception)\\b)|level=(?:fatal|error)");

  private static final int MOST_SHAPES = 20_000;

  private final Map<Long, Boolean> shapes = new HashMap<>();

  boolean tells(byte[] line) {
    if (!Words.INSTANCE.areIn(line)) {
      return false;
    }
    long shape = shape(line);
    Boolean known = shapes.get(shape);
    if (known != null || shapes.size() >= MOST_SHAPES) {
      return known != null && known;
    }
    String text = LogExcerpt.plain(line);
    boolean tells =
        ALWAYS.matcher(text).find()
            || Words.INSTANCE.signs.stream().anyMatch(sign -> sign.matcher(text).find());
    shapes.put(shape, tells);
    return tells;
  }

  /** The same for lines that differ only in their numbers; statuses and exit codes remain. */
  private static long shape(byte[] line) {
    long shape = 7;
    for (int i = 0; i < line.length; ) {
      int from = i;
      boolean digits = false;
      while (i < line.length && Character.isLetterOrDigit(line[i])) {
        digits |= line[i] <= '9';
        i++;
      }
      if (i == from) {
        i++;
      }
      if (digits && i - from > 3) {
        shape = shape * 1_000_003 + 1;
      } else {
        for (int at = from; at < i; at++) {
          shape = shape * 1_000_003 + line[at];
        }
      }
    }
    return shape;
  }

  /** Looks for all words at once (Aho and Corasick), as bytes and in any case. */
  private static final class Words {
    static final Words INSTANCE = new Words();

    private final List<int[]> next = new ArrayList<>(List.of(new int[128]));
    private final List<Boolean> ends = new ArrayList<>(List.of(false));
    private final int[][] table;
    private final boolean[] isEnd;
    final List<Pattern> signs;

    private Words() {
      for (String word : WORDS) {
        int state = 0;
        for (int i = 0; i < word.length(); i++) {
          if (next.get(state)[word.charAt(i)] == 0) {
            next.get(state)[word.charAt(i)] = next.size();
            next.add(new int[128]);
            ends.add(false);
          }
          state = next.get(state)[word.charAt(i)];
        }
        ends.set(state, true);
      }
      link();
      table = next.toArray(int[][]::new);
      for (int[] row : table) {
        System.arraycopy(row, 'a', row, 'A', 26);
      }
      isEnd = new boolean[table.length];
      for (int i = 0; i < isEnd.length; i++) {
        isEnd[i] = ends.get(i);
      }
      signs =
          Catalogue.standard().rules().stream()
              .filter(rule -> rule.severity() == Severity.ERROR)
              .flatMap(rule -> rule.signs().stream())
              .filter(sign -> PRINTED.contains(sign.where()))
              .map(Sign::pattern)
              .toList();
    }

    /** Where a word breaks off, the longest one goes on that its end begins. */
    private void link() {
      int[] back = new int[next.size()];
      Deque<Integer> open = new ArrayDeque<>(List.of(0));
      while (!open.isEmpty()) {
        int state = open.remove();
        ends.set(state, ends.get(state) || ends.get(back[state]));
        for (int letter = 0; letter < 128; letter++) {
          int target = next.get(state)[letter];
          int other = state == 0 ? 0 : next.get(back[state])[letter];
          if (target == 0) {
            next.get(state)[letter] = other;
          } else {
            back[target] = other;
            open.add(target);
          }
        }
      }
    }

    boolean areIn(byte[] line) {
      int state = 0;
      for (byte each : line) {
        state = each < 0 ? 0 : table[state][each];
        if (isEnd[state]) {
          return true;
        }
      }
      return false;
    }
  }
}
