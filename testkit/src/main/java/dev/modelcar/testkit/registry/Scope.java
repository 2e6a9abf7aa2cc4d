package dev.modelcar.testkit.registry;

import java.util.Arrays;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Actions on a resource, as token servers write them: {@code repository:org/name:pull,push}. */
record Scope(String type, String name, SortedSet<String> actions) {
  static final String REPOSITORY = "repository";

  static Scope repository(String name, String... actions) {
    return new Scope(REPOSITORY, name, new TreeSet<>(Arrays.asList(actions)));
  }

  /** Reads one scope; nothing if it is malformed. */
  static Optional<Scope> parse(String text) {
    int first = text.indexOf(':');
    int last = text.lastIndexOf(':');
    if (first <= 0 || last <= first) {
      return Optional.empty();
    }
    return Optional.of(
        new Scope(
            text.substring(0, first),
            text.substring(first + 1, last),
            new TreeSet<>(Arrays.asList(text.substring(last + 1).split(",", -1)))));
  }

  /** Whether this scope allows all that another asks for. */
  boolean covers(Scope other) {
    return type.equals(other.type)
        && name.equals(other.name)
        && (actions.contains("*") || actions.containsAll(other.actions));
  }

  @Override
  public String toString() {
    return type + ":" + name + ":" + String.join(",", actions);
  }
}
