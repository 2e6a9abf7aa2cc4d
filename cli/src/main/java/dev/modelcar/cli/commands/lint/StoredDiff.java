package dev.modelcar.cli.commands.lint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What differs between two documents, one line for each value: {@code -} gone, {@code +} added. */
final class StoredDiff {
  private final List<String> lines = new ArrayList<>();

  private StoredDiff() {}

  static List<String> between(JsonNode before, JsonNode after) {
    StoredDiff diff = new StoredDiff();
    diff.compare("", before, after);
    return diff.lines;
  }

  private void compare(String path, JsonNode before, JsonNode after) {
    if (before.equals(after)) {
      return;
    }
    if (before.isObject() && after.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      before.fieldNames().forEachRemaining(names::add);
      after.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        compare(path.isEmpty() ? name : path + "." + name, before.path(name), after.path(name));
      }
    } else if (before.isArray() && after.isArray() && before.size() == after.size()) {
      for (int i = 0; i < before.size(); i++) {
        compare(path + "[" + i + "]", before.get(i), after.get(i));
      }
    } else {
      if (!before.isMissingNode()) {
        lines.add("- %s: %s".formatted(path, before));
      }
      if (!after.isMissingNode()) {
        lines.add("+ %s: %s".formatted(path, after));
      }
    }
  }
}
