package dev.modelcar.findings.diagnosis;

import dev.modelcar.findings.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A rule that explains something.
 *
 * @param values of the groups of its sign
 * @param evidence the lines that show it
 * @param proven whether they prove it
 */
record Match(Rule rule, Map<String, String> values, List<String> evidence, boolean proven) {
  Match {
    values = Map.copyOf(values);
    evidence = List.copyOf(evidence);
  }

  Match(Rule rule, Map<String, String> values, List<String> evidence) {
    this(rule, values, evidence, rule.proven());
  }

  /** The same as a likely cause. */
  Match unproven() {
    return new Match(rule, values, evidence, false);
  }

  /** The same, if a line of the log proves it. */
  Match provenBy(String source, List<String> log) {
    for (Pattern proof : rule.proof()) {
      for (String line : log) {
        if (proof.matcher(line).find()) {
          List<String> more = new ArrayList<>(evidence);
          more.add(source + ": " + line.strip());
          return new Match(rule, values, more.stream().distinct().toList(), true);
        }
      }
    }
    return this;
  }
}
