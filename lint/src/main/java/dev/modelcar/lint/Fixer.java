package dev.modelcar.lint;

import dev.modelcar.lint.fix.Splice;
import dev.modelcar.lint.rules.Problem;
import dev.modelcar.lint.tree.YamlFile;
import dev.modelcar.lint.tree.YamlFile.Document;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Fixes what is mechanical, and looks at the result each time. */
public final class Fixer {
  /** Enough for every field of a large file. */
  private static final int MOST = 1_000;

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

  /** Fixes a file as far as it goes. */
  public Fixed fix(LintedFile given) {
    LintedFile file = given;
    List<Problem> fixed = new ArrayList<>();
    Set<String> left = new HashSet<>();
    for (int i = 0; i < MOST; i++) {
      LintedFile before = file;
      Optional<Problem> next =
          before.all().stream()
              .filter(problem -> problem.edit().isPresent())
              .filter(problem -> !left.contains(problem.path() + problem.message()))
              .findFirst();
      if (next.isEmpty()) {
        break;
      }
      Problem problem = next.get();
      Optional<LintedFile> after =
          splice(before.yaml(), problem)
              .map(text -> linter.lint(before.name(), bytes(before.yaml(), text)))
              .filter(other -> isBetter(before, other));
      if (after.isPresent()) {
        file = after.get();
        fixed.add(problem);
      } else {
        left.add(problem.path() + problem.message());
      }
    }
    return new Fixed(file, (file.yaml().mark() ? "\ufeff" : "") + file.yaml().text(), fixed);
  }

  private static Optional<String> splice(YamlFile yaml, Problem problem) {
    return new Splice(yaml.text(), yaml.documents().stream().map(Document::root).toList())
        .fix(problem);
  }

  private static byte[] bytes(YamlFile yaml, String text) {
    return ((yaml.mark() ? "\ufeff" : "") + text).getBytes(StandardCharsets.UTF_8);
  }

  /** One problem less that a server has with it, the same documents, and no new fault. */
  private static boolean isBetter(LintedFile before, LintedFile after) {
    return errors(after) < errors(before)
        && after.objects().size() == before.objects().size()
        && after.yaml().fault().isPresent() == before.yaml().fault().isPresent();
  }

  private static long errors(LintedFile file) {
    return file.all().stream().filter(problem -> problem.rule().severity().equals("error")).count();
  }
}
