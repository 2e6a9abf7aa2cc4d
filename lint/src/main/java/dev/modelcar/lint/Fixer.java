package dev.modelcar.lint;

import dev.modelcar.lint.fix.Splice;
import dev.modelcar.lint.rules.Problem;
import dev.modelcar.lint.tree.YamlFile;
import dev.modelcar.lint.tree.YamlFile.Document;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fixes what is mechanical, and looks at the result each time. As much as possible is fixed at
 * once, so that the time for a file depends on its size and not on the number of its faults.
 */
public final class Fixer {
  private final Linter linter;

  public Fixer(Linter linter) {
    this.linter = linter;
  }

  /**
   * A file after fixing.
   *
   * @param file as it is now
   * @param text of it, with its byte order mark
   * @param fixed what was wrong, in the order of fixing
   */
  public record Fixed(LintedFile file, String text, List<Problem> fixed) {}

  /** What stands for a problem while places change: its object, where it is there, and what. */
  private record Key(int object, String path, String message) {}

  /** Fixes a file as far as it goes. */
  public Fixed fix(LintedFile given) {
    LintedFile file = given;
    List<Problem> fixed = new ArrayList<>();
    Set<Key> left = new HashSet<>();
    int most = Integer.MAX_VALUE;
    while (true) {
      Splice splice =
          new Splice(
              file.yaml().text(), file.yaml().documents().stream().map(Document::root).toList());
      Map<Key, Problem> tried = apply(file, splice, left, most);
      if (tried.isEmpty()) {
        break;
      }
      LintedFile after = linter.lint(file.name(), bytes(file.yaml(), splice.result()));
      if (isBetter(file, after, tried.size())) {
        file = after;
        fixed.addAll(tried.values());
        most = (int) Math.min(Integer.MAX_VALUE, tried.size() * 2L);
      } else if (tried.size() == 1) {
        left.addAll(tried.keySet());
      } else {
        most = tried.size() / 2;
      }
    }
    return new Fixed(file, (file.yaml().mark() ? "\ufeff" : "") + file.yaml().text(), fixed);
  }

  /**
   * The first problems that do not get in each other's way; those that never can go to the left.
   */
  private static Map<Key, Problem> apply(LintedFile file, Splice splice, Set<Key> left, int most) {
    Map<Key, Problem> tried = new LinkedHashMap<>();
    for (int i = 0; i < file.objects().size(); i++) {
      for (Problem problem : file.objects().get(i).problems()) {
        Key key = new Key(i, problem.path(), problem.message());
        if (problem.edit().isEmpty() || left.contains(key) || tried.containsKey(key)) {
          continue;
        }
        if (tried.size() >= most) {
          return tried;
        }
        switch (splice.fix(problem)) {
          case FIXED -> tried.put(key, problem);
          case IMPOSSIBLE -> left.add(key);
          case LATER -> {}
        }
      }
    }
    return tried;
  }

  private static byte[] bytes(YamlFile yaml, String text) {
    return ((yaml.mark() ? "\ufeff" : "") + text).getBytes(StandardCharsets.UTF_8);
  }

  /** As many problems less that a server has with it, the same documents, and no new fault. */
  private static boolean isBetter(LintedFile before, LintedFile after, int fixed) {
    return errors(after) + fixed <= errors(before)
        && after.objects().size() == before.objects().size()
        && after.yaml().fault().isPresent() == before.yaml().fault().isPresent();
  }

  private static long errors(LintedFile file) {
    return file.all().stream().filter(problem -> problem.rule().severity().equals("error")).count();
  }
}
