package dev.modelcar.lint;

import dev.modelcar.lint.rules.Problem;
import dev.modelcar.lint.tree.YamlFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A file that was looked at.
 *
 * @param problems of the file itself, not of an object in it
 */
public record LintedFile(
    String name, YamlFile yaml, List<LintedObject> objects, List<Problem> problems) {
  public LintedFile {
    objects = List.copyOf(objects);
    problems = List.copyOf(problems);
  }

  /** All that was found, from top to bottom. */
  public List<Problem> all() {
    List<Problem> all = new ArrayList<>(problems);
    objects.forEach(object -> all.addAll(object.problems()));
    all.sort(Comparator.comparingInt(problem -> problem.place().index()));
    return all;
  }
}
