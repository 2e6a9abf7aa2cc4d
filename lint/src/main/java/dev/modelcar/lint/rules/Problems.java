package dev.modelcar.lint.rules;

import dev.modelcar.lint.rules.Problem.Edit;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What was found in one document, in the order of finding, each thing once. */
public final class Problems {
  private record Key(Rule rule, String path, String message) {}

  private final List<Problem> list = new ArrayList<>();
  private final Set<Key> seen = new HashSet<>();

  public void add(Rule rule, At at, String message) {
    add(rule, at, message, "");
  }

  public void add(Rule rule, At at, String message, String fix) {
    add(rule, at.place(), at.path(), message, fix, Optional.empty());
  }

  public void add(
      Rule rule, Place place, String path, String message, String fix, Optional<Edit> edit) {
    if (seen.add(new Key(rule, path, message))) {
      list.add(new Problem(rule, place, path, message, fix, edit));
    }
  }

  public List<Problem> list() {
    return List.copyOf(list);
  }

  /** Whether this was found at a path, or at what it is a part of. */
  public boolean has(Rule rule, String path) {
    return list.stream()
        .anyMatch(problem -> problem.rule() == rule && path.startsWith(problem.path()));
  }

  /** Whether the server refuses the document, leaving aside what it drops. */
  public boolean refused() {
    return list.stream().anyMatch(problem -> problem.rule().effect() == Rule.Effect.REFUSED);
  }
}
