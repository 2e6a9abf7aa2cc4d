package dev.modelcar.kubernetes.serving;

import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.Rule;
import dev.modelcar.findings.Sign;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What messages of pods, events, logs and conditions mean: the rules of serving. */
final class ServingRules {
  private static final String PREFIX = "serve-";

  private static final List<Rule> RULES =
      Catalogue.standard().rules().stream().filter(rule -> rule.id().startsWith(PREFIX)).toList();

  private ServingRules() {}

  /** What the cluster's words mean. */
  static Optional<Cause> ofState(String object, String said) {
    return find(Sign.Where.STATUS, object, said);
  }

  /** What the lines of a container mean. */
  static Optional<Cause> ofLog(String object, String lines) {
    return find(Sign.Where.LOG, object, lines);
  }

  private static Optional<Cause> find(Sign.Where where, String object, String said) {
    for (Rule rule : RULES) {
      for (Sign sign : rule.signs()) {
        if (sign.where() == where && sign.pattern().matcher(said).find()) {
          return Optional.of(
              new Cause(
                  rule.id(),
                  phrase(rule.title()),
                  object,
                  evidence(sign.pattern(), said),
                  rule.fix().getFirst()));
        }
      }
    }
    return Optional.empty();
  }

  /** A title as a part of a sentence. */
  private static String phrase(String title) {
    return title.startsWith("KServe")
        ? title
        : title.substring(0, 1).toLowerCase(Locale.ROOT) + title.substring(1);
  }

  /** The lines in which it is said, and no others: a log may be long. */
  private static List<String> evidence(Pattern pattern, String said) {
    List<String> lines =
        said.lines()
            .filter(line -> pattern.matcher(line).find())
            .map(String::strip)
            .limit(3)
            .toList();
    return lines.isEmpty() ? said.lines().map(String::strip).limit(2).toList() : lines;
  }
}
