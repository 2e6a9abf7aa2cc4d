package dev.modelcar.findings.diagnosis;

import dev.modelcar.findings.Rule;
import java.util.List;
import java.util.Map;

/**
 * A rule that explains something.
 *
 * @param values of the groups of its sign
 * @param evidence the lines that show it
 */
record Match(Rule rule, Map<String, String> values, List<String> evidence) {
  Match {
    values = Map.copyOf(values);
    evidence = List.copyOf(evidence);
  }
}
