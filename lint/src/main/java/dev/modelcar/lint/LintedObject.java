package dev.modelcar.lint;

import dev.modelcar.lint.rules.Problem;
import dev.modelcar.lint.rules.Rule.Effect;
import dev.modelcar.lint.tree.Value;
import java.util.List;

/**
 * An object of a file.
 *
 * @param label kind and name
 * @param given as the file has it
 * @param stored as the server stores it, or would if it did not refuse it
 */
public record LintedObject(String label, Value given, Value stored, List<Problem> problems) {
  public LintedObject {
    problems = List.copyOf(problems);
  }

  /** Whether a server refuses it even if it may drop fields. */
  public boolean isRefused() {
    return problems.stream().anyMatch(problem -> problem.rule().effect() == Effect.REFUSED);
  }

  /** The paths of what is dropped. */
  public List<String> dropped() {
    return problems.stream()
        .filter(problem -> problem.rule().effect() == Effect.DROPPED)
        .map(Problem::path)
        .toList();
  }
}
