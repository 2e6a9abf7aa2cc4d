package dev.modelcar.lint;

import dev.modelcar.lint.rules.Problem;
import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.tree.Place;
import dev.modelcar.lint.tree.YamlFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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

  /** The same as a patch of Kustomize, which is a part of an object: only its fields count. */
  public LintedFile asPatch() {
    Problems own = new Problems();
    own.add(
        Rule.FILE_SKIPPED,
        Place.START,
        "",
        "a patch of Kustomize: only its fields were checked",
        "Lint what it makes: `kubectl kustomize … | modelcar lint -`.",
        Optional.empty());
    List<LintedObject> parts =
        objects.stream()
            .map(object ->
                new LintedObject(
                    object.label(),
                    object.given(),
                    object.stored(),
                    object.problems().stream()
                        .filter(problem -> problem.rule().effect() == Rule.Effect.DROPPED)
                        .filter(problem -> !Kustomize.isDirective(problem.path()))
                        .toList()))
            .toList();
    return new LintedFile(name, yaml, parts, own.list());
  }

  /** All that was found, from top to bottom. */
  public List<Problem> all() {
    List<Problem> all = new ArrayList<>(problems);
    objects.forEach(object -> all.addAll(object.problems()));
    all.sort(Comparator.comparingInt(problem -> problem.place().index()));
    return all;
  }
}
